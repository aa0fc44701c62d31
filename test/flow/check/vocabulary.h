/* test/flow/check/vocabulary.h: a small book and a small set of rules, for the tests of this room.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/check/check.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static const heng_entity test_entities[] = {
    {TEXT("CN"),
     TEXT("place"),
     TEXT("country"),
     TEXT("China"),
     TEXT("中国"),
     TEXT("000000"),
     {INT32_MIN, INT32_MAX},
     0},
    {TEXT("ZJ"),
     TEXT("place"),
     TEXT("province"),
     TEXT("Zhejiang"),
     TEXT("浙江省"),
     TEXT("330000"),
     {INT32_MIN, INT32_MAX},
     0},
    {TEXT("SX"),
     TEXT("place"),
     TEXT("province"),
     TEXT("Shanxi"),
     TEXT("山西省"),
     TEXT("140000"),
     {INT32_MIN, INT32_MAX},
     0},
    {TEXT("SN"),
     TEXT("place"),
     TEXT("province"),
     TEXT("Shaanxi"),
     TEXT("陕西省"),
     TEXT("610000"),
     {INT32_MIN, INT32_MAX},
     0},
    {TEXT("NM"),
     TEXT("place"),
     TEXT("province"),
     TEXT("Inner Mongolia"),
     TEXT("内蒙古自治区"),
     TEXT("150000"),
     {INT32_MIN, INT32_MAX},
     0},
    {TEXT("JL"),
     TEXT("place"),
     TEXT("province"),
     TEXT("Jilin"),
     TEXT("吉林省"),
     TEXT("220000"),
     {INT32_MIN, INT32_MAX},
     0},
    {TEXT("220200"),
     TEXT("place"),
     TEXT("city"),
     TEXT("Jilin City"),
     TEXT("吉林市"),
     TEXT("220200"),
     {INT32_MIN, INT32_MAX},
     0},
    {TEXT("F1"),
     TEXT("firm"),
     TEXT("firm"),
     TEXT("First Works"),
     TEXT("第一工厂"),
     {0},
     {INT32_MIN, INT32_MAX},
     0},
};

static const heng_source test_sources[] = {
    {TEXT("GB25"), TEXT("Communique 2025"), TEXT("Statistics"), {0}, {0}, {0}},
    {TEXT("KC"), TEXT("Default values"), TEXT("Ministry"), {0}, {0}, {0}},
};

static const heng_str test_fuels[] = {TEXT("coal"), TEXT("crude_oil"), TEXT("natural_gas")};
static const heng_str test_fuels_en[] = {TEXT("Coal"), TEXT("Crude oil"), TEXT("Natural gas")};
static const heng_str test_fuels_zh[] = {TEXT("煤炭"), TEXT("原油"), TEXT("天然气")};
static const heng_str test_fuel_units[] = {TEXT("t"), TEXT("t"), TEXT("10^4 Nm3")};
static const heng_str test_gases[] = {TEXT("CO2"), TEXT("CH4")};
static const heng_str test_bases[] = {TEXT("census_3"), TEXT("census_4")};
static const heng_str test_lights[] = {TEXT("red"), TEXT("orange"), TEXT("green")};
static const heng_str test_lights_zh[] = {TEXT("红灯"), TEXT("橙灯"), TEXT("绿灯")};

#define FUEL_KEY                                                                                   \
    {                                                                                              \
        .name = TEXT("fuel"), .member_count = 3, .members = test_fuels,                            \
        .labels_en = test_fuels_en, .labels_zh = test_fuels_zh, .units = test_fuel_units           \
    }
#define BASIS_KEY                                                                                  \
    {                                                                                              \
        .name = TEXT("basis"), .member_count = 2, .members = test_bases                            \
    }

static const heng_check_quantity test_quantities[] = {
    {.name = TEXT("energy"),
     .qualified = TEXT("use.energy"),
     .label_en = TEXT("Energy use"),
     .label_zh = TEXT("能源消费总量"),
     .unit = TEXT("10^4 tce"),
     .kind_or_level = TEXT("province"),
     .grain = HENG_YEAR},
    {.name = TEXT("energy"),
     .qualified = TEXT("nation.energy"),
     .unit = TEXT("10^4 tce"),
     .kind_or_level = TEXT("country"),
     .grain = HENG_YEAR},
    {.name = TEXT("energy_by"),
     .unit = TEXT("10^4 tce"),
     .key_count = 2,
     .keys = {BASIS_KEY, FUEL_KEY},
     .kind_or_level = TEXT("place"),
     .grain = HENG_YEAR},
    {.name = TEXT("burned"),
     .unit = TEXT("unit(fuel)"),
     .key_count = 1,
     .keys = {FUEL_KEY},
     .kind_or_level = TEXT("firm"),
     .grain = HENG_YEAR},
    {.name = TEXT("emitted"),
     .unit = TEXT("t gas"),
     .key_count = 1,
     .keys = {{.name = TEXT("gas"), .member_count = 2, .members = test_gases}},
     .kind_or_level = TEXT("firm"),
     .grain = HENG_YEAR},
    {.name = TEXT("bought"),
     .unit = TEXT("MWh"),
     .key_count = 1,
     .keys = {{.name = TEXT("partner"), .entities_of = TEXT("province")}},
     .kind_or_level = TEXT("province"),
     .grain = HENG_YEAR},
    {.name = TEXT("co2"),
     .unit = TEXT("10^4 t CO2"),
     .kind_or_level = TEXT("place"),
     .grain = HENG_YEAR},
    {.name = TEXT("gdp"),
     .label_zh = TEXT("地区生产总值"),
     .unit = TEXT("10^8 CNY"),
     .kind_or_level = TEXT("place"),
     .grain = HENG_YEAR},
    {.name = TEXT("population"),
     .unit = TEXT("10^4 person"),
     .kind_or_level = TEXT("place"),
     .grain = HENG_YEAR,
     .has_maximum = true,
     .maximum = 200000},
    {.name = TEXT("share_coal"),
     .unit = TEXT("%"),
     .kind_or_level = TEXT("place"),
     .grain = HENG_YEAR,
     .range = HENG_RANGE_SHARE},
    {.name = TEXT("growth"), .unit = TEXT("%"), .kind_or_level = TEXT("place"), .grain = HENG_YEAR},
    {.name = TEXT("net_import"),
     .unit = TEXT("MWh"),
     .kind_or_level = TEXT("place"),
     .grain = HENG_YEAR,
     .range = HENG_RANGE_ANY},
    {.name = TEXT("power"),
     .unit = TEXT("MWh"),
     .kind_or_level = TEXT("firm"),
     .grain = HENG_MONTH},
    {.name = TEXT("light"),
     .word_count = 3,
     .words = test_lights,
     .word_labels_zh = test_lights_zh,
     .kind_or_level = TEXT("province"),
     .grain = HENG_YEAR},
    {.name = TEXT("covered"), .yes_no = true, .kind_or_level = TEXT("firm"), .grain = HENG_YEAR},
    {.name = TEXT("grid"),
     .qualified = TEXT("inventory.grid"),
     .is_table = true,
     .unit = TEXT("t CO2/MWh"),
     .kind_or_level = TEXT("province"),
     .grain = HENG_YEAR},
    {.name = TEXT("ncv"),
     .qualified = TEXT("inventory.ncv"),
     .is_table = true,
     .unit = TEXT("GJ/unit(fuel)"),
     .key_count = 1,
     .keys = {FUEL_KEY},
     .grain = HENG_YEAR},
    {.name = TEXT("load"),
     .qualified = TEXT("power.load"),
     .is_table = true,
     .unit = TEXT("%"),
     .key_count = 1,
     .keys = {{.name = TEXT("hours"), .is_number = true}},
     .grain = HENG_YEAR},
};

static const heng_str test_levels[] = {TEXT("country"), TEXT("province"), TEXT("city"),
                                       TEXT("county")};
static const heng_check_kind test_kinds[] = {{TEXT("place"), test_levels, 4},
                                             {TEXT("firm"), NULL, 0}};
static const heng_str test_hierarchies[] = {TEXT("place"), TEXT("ownership")};

static const heng_check_vocabulary test_vocabulary = {
    .quantities = test_quantities,
    .quantity_count = COUNT_OF(test_quantities),
    .entities = test_entities,
    .entity_count = COUNT_OF(test_entities),
    .sources = test_sources,
    .source_count = COUNT_OF(test_sources),
    .kinds = test_kinds,
    .kind_count = COUNT_OF(test_kinds),
    .hierarchies = test_hierarchies,
    .hierarchy_count = COUNT_OF(test_hierarchies),
    .first_year = 1950,
    .last_year = 2060,
};

/* 2026-03-01T00:00:00Z */
#define TEST_NOW INT64_C(1772323200000000)

static const heng_check_options test_options = {
    .now = TEST_NOW,
    .recorded = TEST_NOW,
    .has_quality = true,
    .quality = HENG_REPORTED,
    .has_evidence = true,
    .evidence = HENG_SEEN,
    .source = TEXT("GB25"),
};
