/* test/house/docs_test.c: links in the documents lead somewhere, and each folder introduces itself.
 *
 * A link to a file must name one that exists; a link to a heading must name a heading of that page.
 * Links into the web are not followed. Every shelf and room of src has a README.md.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/house/house.h"

/* A line of a page that is not inside a fence of code. */
static bool next_line(heng_str *text, bool *fenced, size_t *number, heng_str *line)
{
    while (heng_str_cut(text, '\n', line)) {
        ++*number;
        if (heng_str_starts(heng_str_trim(*line), HENG_STR("```"))) {
            *fenced = !*fenced;
            continue;
        }
        if (!*fenced) return true;
    }
    return false;
}

/* The name that a page gives to its heading: small letters, blanks as -, other marks dropped. */
static heng_str heading_name(house *h, heng_str heading)
{
    heng_text name;
    heng_text_init(&name, &h->arena, 4096);
    while (heng_str_starts(heading, HENG_STR("#")))
        heading = heng_str_slice(heading, 1, heading.length);
    heading = heng_str_trim(heading);
    for (size_t i = 0; i < heading.length; i++) {
        char c = heading.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c == ' ') c = '-';
        if (house_in_name(c) || c == '-' || (unsigned char)c >= 0x80) heng_text_add_char(&name, c);
    }
    return heng_text_view(&name);
}

static bool has_heading(house *h, heng_str page, heng_str anchor)
{
    heng_str text = house_read(h, page), line;
    bool fenced = false;
    size_t number = 0;
    while (next_line(&text, &fenced, &number, &line))
        if (heng_str_starts(line, HENG_STR("#")) && heng_str_equal(heading_name(h, line), anchor))
            return true;
    return false;
}

/* "a/b" and "../c/d.md" give "a/c/d.md"; .at is NULL above the root. */
static heng_str joined(house *h, heng_str folder, heng_str target)
{
    heng_str part, path = folder;
    if (heng_str_starts(target, HENG_STR("/"))) path.length = 0;
    while (heng_str_cut(&target, '/', &part)) {
        if (part.length == 0 || heng_str_is(part, ".")) continue;
        if (heng_str_is(part, "..")) {
            if (path.length == 0) return (heng_str){NULL, 0};
            path = house_folder(path);
            continue;
        }
        path = heng_str_format(&h->arena, "%.*s%s%.*s", HENG_PRINT(path), path.length ? "/" : "",
                               HENG_PRINT(part));
    }
    return path;
}

static void check_link(house *h, heng_str page, size_t number, heng_str link)
{
    heng_str target, anchor = link;
    if (heng_str_find(link, HENG_STR("://"), 0) != SIZE_MAX) return;
    if (heng_str_starts(link, HENG_STR("mailto:"))) return;
    heng_str_cut(&anchor, '#', &target);
    heng_str file = target.length ? joined(h, house_folder(page), target) : page;
    if (!file.at || !house_exists(h, file))
        house_find(h, page, number, "%.*s leads nowhere", HENG_PRINT(link));
    else if (anchor.length && heng_str_ends(file, HENG_STR(".md")) && !has_heading(h, file, anchor))
        house_find(h, page, number, "%.*s has no heading #%.*s", HENG_PRINT(file),
                   HENG_PRINT(anchor));
}

/* A copy without what stands between back quotes. */
static heng_str without_code(house *h, heng_str line)
{
    heng_str copy = heng_str_copy(&h->arena, line);
    assert_non_null(copy.at);
    char *bytes = (char *)(uintptr_t)copy.at;
    bool code = false;
    for (size_t i = 0; i < line.length; i++) {
        if (line.at[i] == '`') code = !code;
        if (code) bytes[i] = ' ';
    }
    return copy;
}

static void check_page(house *h, heng_str path)
{
    if (!heng_str_ends(path, HENG_STR(".md"))) return;
    heng_str text = house_read(h, path), line;
    bool fenced = false;
    size_t number = 0;
    while (next_line(&text, &fenced, &number, &line)) {
        heng_str opening = HENG_STR("](");
        line = without_code(h, line);
        for (size_t at = 0; (at = heng_str_find(line, opening, at)) != SIZE_MAX;) {
            at += opening.length;
            size_t end = heng_str_find(line, HENG_STR(")"), at);
            if (end == SIZE_MAX) break;
            heng_str link = heng_str_slice(line, at, end), first;
            heng_str_cut(&link, ' ', &first); /* a title may follow */
            check_link(h, path, number, first);
        }
    }
}

static void links_lead_somewhere(void **state)
{
    (void)state;
    house *h = house_open("links");
    house_walk(h, "", check_page);
    house_close(h);
}

static void check_readme(house *h, heng_str path)
{
    if (!house_is_c(path)) return;
    heng_str folder = house_folder(path);
    if (house_found(h, folder)) return;
    heng_str readme = heng_str_format(&h->arena, "%.*s/README.md", HENG_PRINT(folder));
    if (!house_exists(h, readme)) house_find(h, folder, 1, "has no README.md");
}

static void folders_introduce_themselves(void **state)
{
    (void)state;
    house *h = house_open("readme");
    house_walk(h, "src", check_readme);
    house_close(h);
}

static void the_checks_themselves_refuse(void **state)
{
    (void)state;
    house *h = house_open("links");
    heng_str page = HENG_STR("doc/manual/page.md");
    check_str(joined(h, house_folder(page), HENG_STR("../a.md")), "doc/a.md");
    check_str(joined(h, house_folder(page), HENG_STR("/STYLE.md")), "STYLE.md");
    assert_null(joined(h, HENG_STR("doc"), HENG_STR("../../x")).at);
    check_str(heading_name(h, HENG_STR("## What it refuses to do, `as`")),
              "what-it-refuses-to-do-as");
    check_link(h, page, 1, HENG_STR("https://example.org/nowhere"));
    assert_int_equal(h->count, 0);
    check_link(h, page, 1, HENG_STR("no/such/file.md"));
    check_link(h, page, 1, HENG_STR("/STYLE.md#no-such-heading"));
    assert_int_equal(h->count, 2);
    h->count = 0;
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checks_themselves_refuse),
        cmocka_unit_test(links_lead_somewhere),
        cmocka_unit_test(folders_introduce_themselves),
    };
    return cmocka_run_group_tests_name("house/docs", tests, NULL, NULL);
}
