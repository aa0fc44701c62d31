/* Fuzzer of what a client writes: the first line of the input is a target, the second the headers Accept
 * and If-None-Match in turn, the third a content type, the rest a body.
 *
 * Whatever it is, the target is matched or refused with faults that say why in both languages, and the file
 * of a form lies inside the body.
 *
 *   CC=clang meson setup build-fuzz -Dfuzzers=true -Db_sanitize=address,undefined -Db_lundef=false
 *   build-fuzz/test/request_fuzz -dict=test/fuzz/request.dict CORPUS
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/call.h"
#include "flow/serve/multipart.h"
#include "test/fuzz/demand.h"

static heng_str cut_line(heng_str *rest)
{
    heng_str line = {"", 0};
    if (!heng_str_cut(rest, '\n', &line)) line = (heng_str){"", 0};
    return line;
}

static void match(heng_arena *arena, heng_str target)
{
    heng_request request = {.method = HENG_STR("GET"), .target = target};
    heng_response response = {0};
    heng_call call = {.request = &request, .response = &response, .arena = arena};
    heng_faults faults = {0};
    heng_match result;
    heng_str allow;
    heng_error err;
    heng_status status = heng_serve__match(&call, &result, &allow, &faults, &err);
    demand(status == HENG_OK || status == HENG_NO_MEMORY, "status");
    if (status != HENG_OK) return;
    demand((result == HENG_MATCH_FAULTS) == (faults.count > 0), "faults");
    for (size_t i = 0; i < faults.count; i++) {
        demand(faults.items[i].message_en.length && faults.items[i].message_zh.length, "message");
        demand(faults.items[i].remedy_en.length && faults.items[i].remedy_zh.length, "remedy");
    }
    if (faults.count) heng_serve__faults(&faults, arena, &response);
    demand(!faults.count || response.status == 400 || response.status == 503, "reply");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const offers[] = {"application/json", "text/csv"};
    heng_arena arena;
    heng_str rest = {(const char *)bytes, length};
    heng_arena_init(&arena, (size_t)64 << 20);
    match(&arena, cut_line(&rest));
    heng_str header = cut_line(&rest);
    size_t choice = heng_serve__negotiate(header, offers, 2);
    demand(choice < 2 || choice == SIZE_MAX, "choice");
    heng_serve__tag_matches(header, HENG_STR("\"abc\""));
    heng_form_file file;
    heng_str type = cut_line(&rest);
    if (heng_serve__form_file(type, rest, &file)) {
        demand(file.bytes.at >= rest.at, "begins inside");
        demand(file.bytes.at + file.bytes.length <= rest.at + rest.length, "ends inside");
    }
    heng_arena_deinit(&arena);
    return 0;
}
