"""Marks that are written beside a number: currencies, percent, units."""

from __future__ import annotations

_CURRENCIES = """
$ US$ USD U$S U$ US-$ dollar dollars
€ EUR euro euros
£ GBP pound pounds
¥ CNY RMB CN¥ RMB¥ 元 圆 圓 块 人民币 人民幣 元人民币 yuan
JP¥ JPY 円 yen 日元 日圓
CHF Fr. SFr. Fr sFr francs
kr kr. ,- :-
SEK
NOK
DKK
ISK
₹ INR Rs Rs. ₨ rupees
₩ KRW 원 원화 won
₽ RUB руб руб. р. рублей
₴ UAH грн грн.
₺ TRY TL
zł PLN zl
Kč CZK
Ft HUF
lei RON
лв BGN лв.
₪ ILS NIS
฿ THB บาท
₫ đ VND
₱ PHP
₦ NGN
₵ GHS
₸ KZT
₡ CRC
₲ PYG
₾ GEL
R$ BRL reais
A$ AU$ AUD
C$ CA$ CAD
NZ$ NZD
HK$ HKD 港元 港币
NT$ TWD NTD 新台币 新臺幣
S$ SG$ SGD
MX$ MXN
CLP$ CLP
COP$ COP
ARS$ ARS
ZAR
RM MYR
Rp Rp. IDR
SAR ر.س
AED د.إ
EGP
KES KSh
TZS TSh
UGX USh
MAD
PKR
BDT ৳
LKR
S/ S/. PEN
¢ ct cent cents
₿ BTC
KWD
BHD
OMR
JOD
TND
"""
# Each mark in casefolded form, with the name of its currency: the first mark of its line.
_CURRENCY: dict[str, str] = {
    mark.casefold(): line.split()[0] for line in _CURRENCIES.strip().splitlines()
    for mark in line.split()
}  # fmt: skip
# Amounts in these are written with commas between thousands, and never with three decimals. Prices
# of fuel in euros are.
_COMMA_GROUPS = frozenset(
    ["$", "£", "¥", "JP¥", "₹", "₩", "A$", "C$", "NZ$", "HK$", "NT$", "S$", "MX$", "฿", "₱"]
)

PERCENT: frozenset[str] = frozenset(
    {"%", "pct", "pct.", "percent", "per cent", "prozent", "٪", "﹪"}
)
"""The ways in which percent is written, casefolded."""

_UNITS = """
mg g kg t lb lbs oz µg μg ug ct tonnes tons
µm μm mm cm dm m km in inch inches ft foot feet yd mi mile miles " ' ″ ′
mm² cm² m² km² m³ cm³ mm³ ha acre acres sqm sqft ft² ft³ sq.ft. sq.m. cc
mm2 cm2 m2 km2 m3 cm3 mm3 ft2 ft3 kg/m2 kg/m3 g/cm3
ml cl dl l µl μl gal liter liters litre litres
ns µs μs us ms s sec secs second seconds min mins minute minutes h hr hrs hour hours
d day days w wk wks week weeks mo mos month months y yr yrs year years y.o. yo
jahr jahre jahren monat monate tag tage tagen stunde stunden std std. woche wochen
an ans mois jour jours año años mes meses día días anno anni mese mesi giorni ano anos
° °c °f °k ℃ ℉ º ºc deg k rad
v mv kv ma ah mah w kw mw kwh mwh wh hz khz mhz ghz ohm ω ps hp cv bhp nm kj kcal cal
kb mb gb tb kib mib gib mbps kbps gbps bit bits byte bytes bps px dpi fps mp
pa hpa kpa mpa bar mbar mmhg psi atm torr
m/s km/h kmh kph mph kn knots rpm km/l mpg
mol mmol µmol mmol/l µmol/l mol/l mg/dl mg/l g/l g/dl ng/ml pg/ml µg/l µg/m³ μg/m³ iu iu/l u/l
ppm ppb db dba lux lm ph ‰ bpm x × times pts pt pcs pc stk stk. st st. people persons pax
kg/m² kg/m³ g/cm³ n/m² w/m²
岁 歲 年 个月 個月 月 周 週 天 日 小时 小時 时 分钟 分鐘 分 秒 毫秒
公斤 千克 斤 克 毫克 吨 噸 米 厘米 公分 毫米 公里 千米
平方米 平米 ㎡ 坪 平 升 毫升 个 個 人 次 件 只 位 名 台 辆 套 层 度 倍 成 楼 室
歳 才 ヶ月 か月 カ月 週間 日間 時間 分間 秒間 回 本 枚 点 階 畳 名様
세 살 개월 개 명 회 시간 층
k m bn mn mio mio. mrd mrd. tsd tsd. mln mld million millions billion billions thousand
万 萬 亿 億 千 百万 万元 亿元 千元 萬元 億元 万円 億円 千円 만원 억원
лет год года кг г см мм км шт шт. мин ч сек тыс тыс. млн млн. м м² дней
"""
UNITS: frozenset[str] = frozenset(_UNITS.casefold().split()) | {"K", "M"}
"""Units and powers of ten that people write behind numbers, casefolded beyond one letter."""


def currency_of(mark: str) -> str | None:
    """The currency that a mark stands for, or None.

    Examples
    --------
    >>> currency_of("usd"), currency_of("kg")
    ('$', None)
    """
    return _CURRENCY.get(mark.casefold())


def groups_with_comma(mark: str) -> bool:
    """Whether a comma in an amount with this mark separates thousands, as in ``$1,200``.

    Examples
    --------
    >>> groups_with_comma("$"), groups_with_comma("€"), groups_with_comma("kg")
    (True, False, False)
    """
    return currency_of(mark) in _COMMA_GROUPS


def unit_of(mark: str) -> str:
    """The name of a unit: 1 year and 2 Years have the same.

    Examples
    --------
    >>> unit_of("Years"), unit_of("yrs."), unit_of("ms")
    ('year', 'yr', 'ms')
    """
    name = mark.casefold().rstrip(".")
    return name[:-1] if len(name) > 2 and name.endswith("s") else name


def measure_of(mark: str) -> str:
    """What a mark beside a number says: bare (no mark), percent, currency, unit, suffix (unknown).

    Examples
    --------
    >>> [measure_of(mark) for mark in ("", "%", "€", "kg", "B-")]
    ['bare', 'percent', 'currency', 'unit', 'suffix']
    """
    if not mark:
        return "bare"
    if mark.casefold() in PERCENT:
        return "percent"
    if currency_of(mark) is not None:
        return "currency"
    # A single capital is seldom a unit: 12A is a house.
    return "unit" if (mark.casefold() if len(mark) > 1 else mark) in UNITS else "suffix"
