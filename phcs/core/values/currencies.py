"""Which currency a text or a region means, as ISO 4217 codes; `$` and `peso` mean the one that is usual there."""

from functools import lru_cache

from phcs.core.values.texts import fold

_REGIONS: dict[str, str] = {
    "USD": "US PR GU VI AS MP UM EC SV PA TL FM MH PW IO TC VG BQ ZW",
    "EUR": "AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM "
    "TF VA XK YT",
    "GBP": "GB GG IM JE GS",
    "AUD": "AU CC CX HM KI NF NR TV",
    "NZD": "NZ CK NU PN TK",
    "CHF": "CH LI",
    "DKK": "DK FO GL",
    "NOK": "NO SJ BV",
    "ILS": "IL PS",
    "MAD": "MA EH",
    "XAF": "CM CF CG GA GQ TD",
    "XOF": "BF BJ CI GW ML NE SN TG",
    "XCD": "AG AI DM GD KN LC MS VC",
    "XPF": "NC PF WF",
    "ANG": "CW SX",
    "ARS": "AR", "BBD": "BB", "BMD": "BM", "BOB": "BO", "BRL": "BR", "BSD": "BS", "BZD": "BZ", "CAD": "CA",
    "CLP": "CL", "COP": "CO", "CRC": "CR", "CUP": "CU", "DOP": "DO", "FKP": "FK", "GTQ": "GT", "GYD": "GY",
    "HNL": "HN", "HTG": "HT", "JMD": "JM", "KYD": "KY", "MXN": "MX", "NIO": "NI", "PEN": "PE", "PYG": "PY",
    "SRD": "SR", "TTD": "TT", "UYU": "UY", "VES": "VE", "AWG": "AW",
    "ALL": "AL", "AMD": "AM", "AZN": "AZ", "BAM": "BA", "BYN": "BY", "CZK": "CZ", "GEL": "GE", "GIP": "GI",
    "HUF": "HU", "ISK": "IS", "MDL": "MD", "MKD": "MK", "PLN": "PL", "RON": "RO", "RSD": "RS", "RUB": "RU",
    "SEK": "SE", "TRY": "TR", "UAH": "UA",
    "AED": "AE", "AFN": "AF", "BDT": "BD", "BHD": "BH", "BND": "BN", "BTN": "BT", "CNY": "CN", "HKD": "HK",
    "IDR": "ID", "INR": "IN", "IQD": "IQ", "IRR": "IR", "JOD": "JO", "JPY": "JP", "KGS": "KG", "KHR": "KH",
    "KPW": "KP", "KRW": "KR", "KWD": "KW", "KZT": "KZ", "LAK": "LA", "LBP": "LB", "LKR": "LK", "MMK": "MM",
    "MNT": "MN", "MOP": "MO", "MVR": "MV", "MYR": "MY", "NPR": "NP", "OMR": "OM", "PHP": "PH", "PKR": "PK",
    "QAR": "QA", "SAR": "SA", "SGD": "SG", "SYP": "SY", "THB": "TH", "TJS": "TJ", "TMT": "TM", "TWD": "TW",
    "UZS": "UZ", "VND": "VN", "YER": "YE",
    "AOA": "AO", "BIF": "BI", "BWP": "BW", "CDF": "CD", "CVE": "CV", "DJF": "DJ", "DZD": "DZ", "EGP": "EG",
    "ERN": "ER", "ETB": "ET", "GHS": "GH", "GMD": "GM", "GNF": "GN", "KES": "KE", "KMF": "KM", "LRD": "LR",
    "LSL": "LS", "LYD": "LY", "MGA": "MG", "MRU": "MR", "MUR": "MU", "MWK": "MW", "MZN": "MZ", "NAD": "NA",
    "NGN": "NG", "RWF": "RW", "SCR": "SC", "SDG": "SD", "SHP": "SH", "SLE": "SL", "SOS": "SO", "SSP": "SS",
    "STN": "ST", "SZL": "SZ", "TND": "TN", "TZS": "TZ", "UGX": "UG", "ZAR": "ZA", "ZMW": "ZM",
    "FJD": "FJ", "PGK": "PG", "SBD": "SB", "TOP": "TO", "VUV": "VU", "WST": "WS",
}  # fmt: skip
_CURRENCY_OF = {region: code for code, regions in _REGIONS.items() for region in regions.split()}
CURRENCIES = frozenset(_REGIONS)
"""Every code that PHCS knows."""

_DOLLARS = frozenset(
    "USD AUD NZD CAD BBD BMD BSD BZD FJD GYD HKD JMD KYD LRD NAD SBD SGD SRD TTD TWD XCD".split()
)
_PESOS = frozenset("ARS CLP COP CUP DOP MXN UYU PHP".split())
_OF_SIGN = {
    "€": "EUR", "£": "GBP", "us$": "USD", "u$s": "USD", "usd$": "USD", "$us": "USD", "r$": "BRL", "s/": "PEN",
    "s/.": "PEN", "₡": "CRC", "₲": "PYG", "gs": "PYG", "gs.": "PYG", "q": "GTQ", "bs": "BOB", "bs.": "BOB",
    "b/.": "PAB", "c$": "NIO", "mx$": "MXN", "mex$": "MXN", "ar$": "ARS", "col$": "COP", "cop$": "COP",
    "clp$": "CLP", "rd$": "DOP", "ca$": "CAD", "c$d": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "fr.": "CHF", "sfr": "CHF", "zł": "PLN", "kč": "CZK", "ft": "HUF",
    "₺": "TRY", "₴": "UAH", "₽": "RUB", "₹": "INR", "₩": "KRW", "₫": "VND", "฿": "THB", "₱": "PHP", "₪": "ILS",
    "₦": "NGN", "₵": "GHS", "lei": "RON", "лв": "BGN",
}  # fmt: skip
_OF_WORD = {
    "euro": "EUR", "euros": "EUR", "peso colombiano": "COP", "pesos colombianos": "COP", "peso mexicano": "MXN",
    "pesos mexicanos": "MXN", "peso argentino": "ARS", "pesos argentinos": "ARS", "peso chileno": "CLP",
    "pesos chilenos": "CLP", "peso uruguayo": "UYU", "pesos uruguayos": "UYU", "sol": "PEN", "soles": "PEN",
    "nuevo sol": "PEN", "nuevos soles": "PEN", "real": "BRL", "reales": "BRL", "colon": "CRC", "colones": "CRC",
    "quetzal": "GTQ", "quetzales": "GTQ", "guarani": "PYG", "guaranies": "PYG", "boliviano": "BOB",
    "bolivianos": "BOB", "lempira": "HNL", "lempiras": "HNL", "cordoba": "NIO", "cordobas": "NIO",
    "pound": "GBP", "pounds": "GBP", "pound sterling": "GBP", "libra esterlina": "GBP", "us dollar": "USD",
    "us dollars": "USD", "dolar estadounidense": "USD", "dolares americanos": "USD", "dolar americano": "USD",
}  # fmt: skip
_PER_PLACE = {"peso": _PESOS, "pesos": _PESOS, "dollar": _DOLLARS, "dollars": _DOLLARS, "dolar": _DOLLARS,
              "dolares": _DOLLARS}  # fmt: skip
_FALLBACK = "USD"
_KEPT = frozenset({"BGN", "PAB", "VED", "CLF", "COU", "MXV"})
"""Codes that stand in old records and are the usual ones nowhere."""


def currency_of_region(region: str) -> str:
    """Return the currency that is usual in a region (ISO 3166 alpha-2)."""
    return _CURRENCY_OF.get(region, _FALLBACK)


@lru_cache(maxsize=1_024)
def read_currency(text: str, usual: str) -> str:
    """Return the code that a sign, code or word means, '' for an unknown one; `usual` is meant by `$` and `peso`."""
    sign = "".join(text.split()).lower()
    if sign == "$":
        return usual
    if sign in _OF_SIGN:
        return _OF_SIGN[sign]
    code = sign.upper()
    if code in CURRENCIES or code in _KEPT:
        return code
    word = fold(text)
    if word in _PER_PLACE:
        return usual if usual in _PER_PLACE[word] else "USD" if _PER_PLACE[word] is _DOLLARS else ""
    return _OF_WORD.get(word, "")
