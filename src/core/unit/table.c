/* core/unit/table.c: every unit that Heng knows, in one place, with its source.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

/* clang-format off */
#define COUNT_OF(rows) (sizeof(rows) / sizeof *(rows))

const heng_unit__base heng_unit__bases[] = {
    [HENG_UNIT__KG] = {"kg", HENG_UNIT__PHYSICAL, "mass"},
    [HENG_UNIT__M] = {"m", HENG_UNIT__PHYSICAL, "length"},
    [HENG_UNIT__S] = {"s", HENG_UNIT__PHYSICAL, "time"},
    [HENG_UNIT__K] = {"K", HENG_UNIT__PHYSICAL, "temperature difference"},
    [HENG_UNIT__A] = {"A", HENG_UNIT__PHYSICAL, "electric current"},
    [HENG_UNIT__TCE] = {"tce", HENG_UNIT__OWN, "coal equivalent"},
    [HENG_UNIT__NM3] = {"Nm3", HENG_UNIT__OWN, "gas volume at normal conditions"},
    [HENG_UNIT__YEAR] = {"a", HENG_UNIT__OWN, "years"},
    [HENG_UNIT__PERSON] = {"person", HENG_UNIT__OWN, "people"},
    [HENG_UNIT__HOUSEHOLD] = {"household", HENG_UNIT__OWN, "households"},
    [HENG_UNIT__VEHICLE] = {"vehicle", HENG_UNIT__OWN, "vehicles"},
    [HENG_UNIT__HEAD] = {"head", HENG_UNIT__OWN, "animals"},
    [HENG_UNIT__PIECE] = {"piece", HENG_UNIT__OWN, "pieces"},
    [HENG_UNIT__CASE] = {"case", HENG_UNIT__OWN, "weight cases of flat glass"},
    [HENG_UNIT__POINTS] = {"points", HENG_UNIT__OWN, "points of a score"},
    [HENG_UNIT__CNY] = {"CNY", HENG_UNIT__MONEY, "money at current prices"},
    [HENG_UNIT__USD] = {"USD", HENG_UNIT__MONEY, "US dollars at current prices"},
    [HENG_UNIT__EUR] = {"EUR", HENG_UNIT__MONEY, "euros at current prices"},
    [HENG_UNIT__CO2] = {"CO2", HENG_UNIT__SUBSTANCE, "carbon dioxide"},
    [HENG_UNIT__C] = {"C", HENG_UNIT__SUBSTANCE, "carbon"},
    {"CH4", HENG_UNIT__SUBSTANCE, "methane"},
    {"N2O", HENG_UNIT__SUBSTANCE, "nitrous oxide"},
    {"SF6", HENG_UNIT__SUBSTANCE, "sulphur hexafluoride"},
    {"NF3", HENG_UNIT__SUBSTANCE, "nitrogen trifluoride"},
    {"CF4", HENG_UNIT__SUBSTANCE, "tetrafluoromethane"},
    {"C2F6", HENG_UNIT__SUBSTANCE, "hexafluoroethane"},
    {"C3F8", HENG_UNIT__SUBSTANCE, "octafluoropropane"},
    {"cC4F8", HENG_UNIT__SUBSTANCE, "octafluorocyclobutane"},
    {"HFC23", HENG_UNIT__SUBSTANCE, "HFC-23"},
    {"HFC32", HENG_UNIT__SUBSTANCE, "HFC-32"},
    {"HFC125", HENG_UNIT__SUBSTANCE, "HFC-125"},
    {"HFC134a", HENG_UNIT__SUBSTANCE, "HFC-134a"},
    {"HFC143a", HENG_UNIT__SUBSTANCE, "HFC-143a"},
    {"HFC152a", HENG_UNIT__SUBSTANCE, "HFC-152a"},
    {"HFC227ea", HENG_UNIT__SUBSTANCE, "HFC-227ea"},
    {"HFC236fa", HENG_UNIT__SUBSTANCE, "HFC-236fa"},
    {"HFC245fa", HENG_UNIT__SUBSTANCE, "HFC-245fa"},
    {"CaCO3", HENG_UNIT__SUBSTANCE, "calcium carbonate"},
    {"MgCO3", HENG_UNIT__SUBSTANCE, "magnesium carbonate"},
    {"CaO", HENG_UNIT__SUBSTANCE, "calcium oxide"},
    {"MgO", HENG_UNIT__SUBSTANCE, "magnesium oxide"},
    {"Na2CO3", HENG_UNIT__SUBSTANCE, "sodium carbonate"},
    {"CO2e", HENG_UNIT__EQUIVALENT, "CO2 equivalent, warming potentials not stated"},
    {"CO2e_AR2", HENG_UNIT__EQUIVALENT, "CO2 equivalent by the potentials of AR2"},
    {"CO2e_AR4", HENG_UNIT__EQUIVALENT, "CO2 equivalent by the potentials of AR4"},
    {"CO2e_AR5", HENG_UNIT__EQUIVALENT, "CO2 equivalent by the potentials of AR5"},
    {"CO2e_AR6", HENG_UNIT__EQUIVALENT, "CO2 equivalent by the potentials of AR6"},
};
const size_t heng_unit__base_count = COUNT_OF(heng_unit__bases);

#define NUMBER  {{0}}
#define MASS    {{HENG_UNIT__KG, 1}}
#define LENGTH  {{HENG_UNIT__M, 1}}
#define AREA    {{HENG_UNIT__M, 2}}
#define VOLUME  {{HENG_UNIT__M, 3}}
#define TIME    {{HENG_UNIT__S, 1}}
#define ENERGY  {{HENG_UNIT__KG, 1}, {HENG_UNIT__M, 2}, {HENG_UNIT__S, -2}}
#define POWER   {{HENG_UNIT__KG, 1}, {HENG_UNIT__M, 2}, {HENG_UNIT__S, -3}}
#define STRESS  {{HENG_UNIT__KG, 1}, {HENG_UNIT__M, -1}, {HENG_UNIT__S, -2}}
#define ONE_OF(base) {{HENG_UNIT__##base, 1}}

#define NUMBERS "GB 3101-1993, quantities of dimension one"
#define SI   "GB 3100-1993 tables 1 to 5"
#define AREAS "GB 3100-1993 table 4 with its note on ha"
#define ENERGIES "watt of GB 3100-1993 table 2 times hour of table 4"
#define COAL "GB/T 2589-2020 clause 3; becomes joules only by `as`"
#define OWN  "Heng: a base of its own, so that it adds only to its like"

const heng_unit__symbol heng_unit__symbols[] = {
    {"1", {1, 1}, NUMBER, "one", NUMBERS},
    {"%", {1, 100}, NUMBER, "per cent", NUMBERS},
    {"pp", {1, 100}, NUMBER, "percentage point", "Heng: a difference of shares, the size of %"},

    {"t", {1000, 1}, MASS, "tonne", SI},
    {"kg", {1, 1}, MASS, "kilogram", SI},
    {"g", {1, 1000}, MASS, "gram", SI},
    {"mg", {1, 1000000}, MASS, "milligram", SI},
    {"kt", {1000000, 1}, MASS, "thousand tonnes", SI},
    {"Mt", {1000000000, 1}, MASS, "million tonnes", SI},
    {"Gt", {1000000000000, 1}, MASS, "thousand million tonnes", SI},

    {"J", {1, 1}, ENERGY, "joule", SI},
    {"kJ", {1000, 1}, ENERGY, "kilojoule", SI},
    {"MJ", {1000000, 1}, ENERGY, "megajoule", SI},
    {"GJ", {1000000000, 1}, ENERGY, "gigajoule", SI},
    {"TJ", {1000000000000, 1}, ENERGY, "terajoule", SI},
    {"PJ", {1000000000000000, 1}, ENERGY, "petajoule", SI},
    {"EJ", {1000000000000000000, 1}, ENERGY, "exajoule", SI},
    {"Wh", {3600, 1}, ENERGY, "watt hour", ENERGIES},
    {"kWh", {3600000, 1}, ENERGY, "kilowatt hour", ENERGIES},
    {"MWh", {3600000000, 1}, ENERGY, "megawatt hour", ENERGIES},
    {"GWh", {3600000000000, 1}, ENERGY, "gigawatt hour", ENERGIES},
    {"TWh", {3600000000000000, 1}, ENERGY, "terawatt hour", ENERGIES},
    {"kcal", {41868, 10}, ENERGY, "kilocalorie of the International Table, 4.1868 kJ exactly",
     "Fifth International Conference on the Properties of Steam, 1956; 7000 kcal make one kgce"},

    {"W", {1, 1}, POWER, "watt", SI},
    {"kW", {1000, 1}, POWER, "kilowatt", SI},
    {"MW", {1000000, 1}, POWER, "megawatt", SI},
    {"GW", {1000000000, 1}, POWER, "gigawatt", SI},

    {"tce", {1, 1}, ONE_OF(TCE), "tonne of coal equivalent", COAL},
    {"kgce", {1, 1000}, ONE_OF(TCE), "kilogram of coal equivalent", COAL},
    {"gce", {1, 1000000}, ONE_OF(TCE), "gram of coal equivalent", COAL},
    {"ktce", {1000, 1}, ONE_OF(TCE), "thousand tonnes of coal equivalent", COAL},
    {"Mtce", {1000000, 1}, ONE_OF(TCE), "million tonnes of coal equivalent", COAL},
    {"Gtce", {1000000000, 1}, ONE_OF(TCE), "thousand million tonnes of coal equivalent", COAL},

    {"m3", {1, 1}, VOLUME, "cubic metre as measured", SI},
    {"L", {1, 1000}, VOLUME, "litre", SI},
    {"Nm3", {1, 1}, ONE_OF(NM3), "cubic metre at normal conditions; no m3 before its state is told",
     OWN},

    {"m", {1, 1}, LENGTH, "metre", SI},
    {"km", {1000, 1}, LENGTH, "kilometre", SI},
    {"m2", {1, 1}, AREA, "square metre", SI},
    {"km2", {1000000, 1}, AREA, "square kilometre", SI},
    {"hm2", {10000, 1}, AREA, "hectare", AREAS},
    {"ha", {10000, 1}, AREA, "hectare", AREAS},
    {"mu", {2000, 3}, AREA, "mu, one fifteenth of a hectare",
     "Notice 660 of 1990 on units of land area: 15 mu are one hectare"},

    {"s", {1, 1}, TIME, "second", SI},
    {"min", {60, 1}, TIME, "minute", SI},
    {"h", {3600, 1}, TIME, "hour", SI},
    {"d", {86400, 1}, TIME, "day", SI},
    {"a", {1, 1}, ONE_OF(YEAR), "year; never days by itself, having 365 or 366", OWN},
    {"month", {1, 12}, ONE_OF(YEAR), "month, the twelfth part of a year", OWN},

    {"K", {1, 1}, ONE_OF(K), "kelvin, as a temperature difference", SI},
    {"A", {1, 1}, ONE_OF(A), "ampere", SI},
    {"Pa", {1, 1}, STRESS, "pascal", SI},
    {"kPa", {1000, 1}, STRESS, "kilopascal", SI},
    {"MPa", {1000000, 1}, STRESS, "megapascal", SI},

    {"person", {1, 1}, ONE_OF(PERSON), "person", OWN},
    {"household", {1, 1}, ONE_OF(HOUSEHOLD), "household", OWN},
    {"vehicle", {1, 1}, ONE_OF(VEHICLE), "vehicle", OWN},
    {"head", {1, 1}, ONE_OF(HEAD), "animal", OWN},
    {"piece", {1, 1}, ONE_OF(PIECE), "piece", OWN},
    {"case", {1, 1}, ONE_OF(CASE), "weight case of flat glass", OWN},
    {"points", {1, 1}, ONE_OF(POINTS), "point of a score", OWN},
    {"CNY", {1, 1}, ONE_OF(CNY), "yuan of the year in which it was paid", OWN},
    {"USD", {1, 1}, ONE_OF(USD), "US dollar of the year in which it was paid", OWN},
    {"EUR", {1, 1}, ONE_OF(EUR), "euro of the year in which it was paid", OWN},
};
const size_t heng_unit__symbol_count = COUNT_OF(heng_unit__symbols);

const heng_unit__alias heng_unit__symbol_aliases[] = {
    {"吨", "t"}, {"千克", "kg"}, {"公斤", "kg"}, {"克", "g"}, {"毫克", "mg"},
    {"焦", "J"}, {"焦耳", "J"}, {"千焦", "kJ"}, {"兆焦", "MJ"}, {"吉焦", "GJ"}, {"太焦", "TJ"},
    {"瓦时", "Wh"}, {"千瓦时", "kWh"}, {"千瓦·时", "kWh"}, {"千瓦小时", "kWh"}, {"度", "kWh"},
    {"兆瓦时", "MWh"}, {"兆瓦·时", "MWh"}, {"吉瓦时", "GWh"},
    {"kW·h", "kWh"}, {"MW·h", "MWh"}, {"GW·h", "GWh"}, {"TW·h", "TWh"},
    {"千卡", "kcal"}, {"大卡", "kcal"},
    {"瓦", "W"}, {"千瓦", "kW"}, {"兆瓦", "MW"}, {"吉瓦", "GW"},
    {"吨标准煤", "tce"}, {"吨标煤", "tce"}, {"千克标准煤", "kgce"}, {"千克标煤", "kgce"},
    {"公斤标准煤", "kgce"}, {"公斤标煤", "kgce"}, {"克标准煤", "gce"}, {"克标煤", "gce"},
    {"立方米", "m3"}, {"m³", "m3"}, {"升", "L"},
    {"标准立方米", "Nm3"}, {"标立方米", "Nm3"}, {"标立方", "Nm3"}, {"Nm³", "Nm3"},
    {"米", "m"}, {"千米", "km"}, {"公里", "km"},
    {"平方米", "m2"}, {"m²", "m2"}, {"平方千米", "km2"}, {"平方公里", "km2"}, {"km²", "km2"},
    {"公顷", "hm2"}, {"hm²", "hm2"}, {"亩", "mu"},
    {"秒", "s"}, {"分钟", "min"}, {"小时", "h"}, {"日", "d"}, {"天", "d"}, {"年", "a"},
    {"月", "month"}, {"个月", "month"},
    {"人", "person"}, {"户", "household"}, {"辆", "vehicle"}, {"头", "head"}, {"只", "head"},
    {"匹", "head"}, {"件", "piece"}, {"个", "piece"}, {"重量箱", "case"}, {"分", "points"},
    {"元", "CNY"}, {"人民币元", "CNY"}, {"美元", "USD"}, {"欧元", "EUR"},
    {"％", "%"}, {"百分点", "pp"}, {"个百分点", "pp"},
};
const size_t heng_unit__symbol_alias_count = COUNT_OF(heng_unit__symbol_aliases);

const heng_unit__alias heng_unit__substance_aliases[] = {
    {"二氧化碳", "CO2"}, {"CO₂", "CO2"}, {"碳", "C"}, {"甲烷", "CH4"}, {"CH₄", "CH4"},
    {"氧化亚氮", "N2O"}, {"N₂O", "N2O"}, {"六氟化硫", "SF6"}, {"SF₆", "SF6"},
    {"三氟化氮", "NF3"}, {"NF₃", "NF3"}, {"CF₄", "CF4"}, {"C₂F₆", "C2F6"}, {"c-C4F8", "cC4F8"},
    {"HFC-23", "HFC23"}, {"HFC-32", "HFC32"}, {"HFC-125", "HFC125"}, {"HFC-134a", "HFC134a"},
    {"HFC-143a", "HFC143a"}, {"HFC-152a", "HFC152a"}, {"HFC-227ea", "HFC227ea"},
    {"HFC-236fa", "HFC236fa"}, {"HFC-245fa", "HFC245fa"}, {"CaCO₃", "CaCO3"}, {"MgCO₃", "MgCO3"},
    {"二氧化碳当量", "CO2e"}, {"CO₂e", "CO2e"}, {"CO2当量", "CO2e"}, {"CO₂当量", "CO2e"},
};
const size_t heng_unit__substance_alias_count = COUNT_OF(heng_unit__substance_aliases);

/* Words that people try and that no spelling distance would find. */
const heng_unit__alias heng_unit__hints[] = {
    {"ton", "t"}, {"tons", "t"}, {"tonne", "t"}, {"tonnes", "t"}, {"yuan", "CNY"}, {"RMB", "CNY"},
    {"people", "person"}, {"capita", "person"}, {"day", "d"}, {"hour", "h"}, {"hours", "h"},
    {"hr", "h"}, {"year", "a"}, {"yr", "a"}, {"litre", "L"}, {"l", "L"}, {"point", "points"},
    {"percent", "%"}, {"sec", "s"}, {"M3", "m3"}, {"sm3", "Nm3"},
};
const size_t heng_unit__hint_count = COUNT_OF(heng_unit__hints);

const heng_unit__dimension heng_unit__dimensions[] = {
    {"mass", MASS},     {"electricity or heat", ENERGY}, {"power", POWER}, {"volume", VOLUME},
    {"area", AREA},     {"length", LENGTH},              {"time", TIME},   {"pressure", STRESS},
};
const size_t heng_unit__dimension_count = COUNT_OF(heng_unit__dimensions);

const heng_unit__multiple heng_unit__multiples[] = {
    {"百", 2},  {"千", 3},   {"万", 4},   {"十万", 5},  {"百万", 6}, {"千万", 7},
    {"亿", 8},  {"十亿", 9}, {"百亿", 10}, {"千亿", 11}, {"万亿", 12},
};
const size_t heng_unit__multiple_count = COUNT_OF(heng_unit__multiples);
/* clang-format on */
