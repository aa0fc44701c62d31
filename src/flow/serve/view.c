/* flow/serve/view.c: names of figures, as packs/cn/README.md lists them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/call.h"
#include "flow/serve/view.h"

const heng_progress_view heng_serve__progress_views[] = {
    {.subject_en = "carbon intensity",
     .subject_zh = "碳强度",
     .computed = true,
     .annual_change = "annual_change",
     .annual_official = "annual_change_official",
     .annual_gap = "annual_gap",
     .annual_due = "annual_due",
     .plan_cut = "cut",
     .plan_official = "plan_change_official",
     .official_compounded = "official_cut",
     .due = "due",
     .ahead = "ahead",
     .target = "cut_target",
     .light = "verdict_light",
     .basis = "basis_used",
     .key_figures = {{"reduction_since_2005", NULL},
                     {"energy", NULL},
                     {"mix_share", "coal"},
                     {"mix_share", "nonfossil"}}},
    {.subject_en = "energy intensity",
     .subject_zh = "能耗强度",
     .annual_change = "published_energy_change",
     .plan_cut = "published_energy_cut",
     .due = "published_energy_due",
     .target = "energy_cut_target",
     .light = "published_energy_light",
     .key_figures = {{"published_energy_change", NULL},
                     {"co2_region", NULL},
                     {"co2_per_head", NULL},
                     {"grid_factor", NULL}}},
};
const size_t heng_serve__progress_view_count =
    sizeof heng_serve__progress_views / sizeof *heng_serve__progress_views;

const heng_overview_view heng_serve__overview_view = {
    .total = "co2",
    .index = "intensity_index",
    .target_index = "target_index",
    .mix_total = "energy",
    .mix_amount = "mix",
    .mix_share = "mix_share",
    .energy_plain = "plain_cut",
    .energy_assessed = "assessed_cut",
    .energy_official = "energy_change_official",
};

const char *const heng_serve__region_view[] = {
    "co2_region", "co2_per_head", "co2_per_gdp", "published_energy_change", "grid_factor", NULL};

const char *const heng_serve__region_hidden[] = {"energy_change_official",
                                                 "electricity_change_official", NULL};

const char heng_serve__target_tables[] = "target";

const heng_comparison_view heng_serve__comparisons[] = {
    {"annual_change", "annual_change_official", 1},
    {"annual_cut", "annual_change_official", -1},
    {"change", "plan_change_official", 1},
    {"cut", "plan_change_official", -1},
    {"reduction_since_2005", "change_since_2005_official", -1},
    {"plain_cut", "energy_change_official", -1},
    {"assessed_cut", "energy_change_official", -1},
    {"assessed_plan_cut", "energy_plan_change_official", -1},
};
const size_t heng_serve__comparison_count =
    sizeof heng_serve__comparisons / sizeof *heng_serve__comparisons;
