"""Places in prose and the zones whose clocks they keep: “Phoenix, AZ”, “Dana Point, Calif.”."""

import re
from dataclasses import dataclass
from functools import cache

import pytz

_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
# Name, postal code, AP abbreviation: zone. Where a state has two zones, the larger part's.
_STATES = """
Alabama AL Ala. America/Chicago; Alaska AK - America/Anchorage; Arizona AZ Ariz. America/Phoenix
Arkansas AR Ark. America/Chicago; California CA Calif. America/Los_Angeles
Colorado CO Colo. America/Denver; Connecticut CT Conn. America/New_York
Delaware DE Del. America/New_York; Florida FL Fla. America/New_York
Georgia GA Ga. America/New_York; Hawaii HI - Pacific/Honolulu; Idaho ID - America/Boise
Illinois IL Ill. America/Chicago; Indiana IN Ind. America/Indiana/Indianapolis
Iowa IA - America/Chicago; Kansas KS Kan. America/Chicago; Kentucky KY Ky. America/New_York
Louisiana LA La. America/Chicago; Maine ME - America/New_York; Maryland MD Md. America/New_York
Massachusetts MA Mass. America/New_York; Michigan MI Mich. America/Detroit
Minnesota MN Minn. America/Chicago; Mississippi MS Miss. America/Chicago
Missouri MO Mo. America/Chicago; Montana MT Mont. America/Denver; Nebraska NE Neb. America/Chicago
Nevada NV Nev. America/Los_Angeles; New_Hampshire NH N.H. America/New_York
New_Jersey NJ N.J. America/New_York; New_Mexico NM N.M. America/Denver
New_York NY N.Y. America/New_York; North_Carolina NC N.C. America/New_York
North_Dakota ND N.D. America/Chicago; Ohio OH - America/New_York; Oklahoma OK Okla. America/Chicago
Oregon OR Ore. America/Los_Angeles; Pennsylvania PA Pa. America/New_York
Rhode_Island RI R.I. America/New_York; South_Carolina SC S.C. America/New_York
South_Dakota SD S.D. America/Chicago; Tennessee TN Tenn. America/Chicago
Texas TX - America/Chicago; Utah UT - America/Denver; Vermont VT Vt. America/New_York
Virginia VA Va. America/New_York; Washington WA Wash. America/Los_Angeles
West_Virginia WV W.Va. America/New_York; Wisconsin WI Wis. America/Chicago
Wyoming WY Wyo. America/Denver; District_of_Columbia DC D.C. America/New_York
Puerto_Rico PR - America/Puerto_Rico
Ontario ON Ont. America/Toronto; Quebec QC Que. America/Toronto; Québec - - America/Toronto
British_Columbia BC B.C. America/Vancouver; Alberta AB Alta. America/Edmonton
Saskatchewan SK Sask. America/Regina; Manitoba MB Man. America/Winnipeg
Nova_Scotia NS N.S. America/Halifax; New_Brunswick NB N.B. America/Moncton
Newfoundland NL Nfld. America/St_Johns; Prince_Edward_Island PE P.E.I. America/Halifax
New_South_Wales NSW - Australia/Sydney; Victoria VIC Vic. Australia/Melbourne
Queensland QLD Qld. Australia/Brisbane; South_Australia SA - Australia/Adelaide
Western_Australia - - Australia/Perth; Tasmania TAS - Australia/Hobart
Northern_Territory NT - Australia/Darwin; Australian_Capital_Territory ACT - Australia/Sydney
England - - Europe/London; Scotland - - Europe/London; Wales - - Europe/London
Northern_Ireland - - Europe/London; UK U.K. - Europe/London; United_Kingdom - - Europe/London
Israel - - Asia/Jerusalem; China - - Asia/Shanghai; UAE U.A.E. - Asia/Dubai
United_Arab_Emirates - - Asia/Dubai; Germany - - Europe/Berlin; Spain - - Europe/Madrid
Portugal - - Europe/Lisbon; New_Zealand - - Pacific/Auckland; Switzerland - - Europe/Zurich
South_Korea - - Asia/Seoul; Korea - - Asia/Seoul; Taiwan - - Asia/Taipei
Vietnam - - Asia/Ho_Chi_Minh
The_Netherlands - - Europe/Amsterdam; Netherlands - - Europe/Amsterdam; Russia - - Europe/Moscow
Czech_Republic - - Europe/Prague; Brazil - - America/Sao_Paulo; Chile - - America/Santiago
Argentina - - America/Argentina/Buenos_Aires; Mexico - - America/Mexico_City
Ireland - - Europe/Dublin
Hong_Kong - - Asia/Hong_Kong; USA U.S. U.S.A. -; United_States - - -; Australia - - -; Canada - - -
Indonesia - - Asia/Jakarta; Malaysia - - Asia/Kuala_Lumpur; Turkey - - Europe/Istanbul
"""
# Cities that the zone tables don't name, and those that keep another clock than their state.
_CITIES = {
    _EAST: """Boston; New York City; NYC; Philadelphia; Atlanta; Miami; Orlando; Washington
        Baltimore
        Charlotte; Naples; Palm Beach; West Palm Beach; Boca Raton; Fort Lauderdale; Tampa
        Pittsburgh
        Cleveland; Cincinnati; Columbus; Key Biscayne; Amelia Island; Ponte Vedra Beach; Newport
        Raleigh
        Stamford; Greenwich; Hartford; Princeton; Cambridge; Waltham; Richmond; Providence
        Brooklyn
        Manhattan; White Plains; Buffalo; Rochester; Aventura; Miami Beach; Hollywood; Knoxville
        Chattanooga; Lexington; Sarasota; Newark; Durham; Jacksonville; St. Petersburg""",
    _CENTRAL: """Dallas; Houston; Austin; San Antonio; Fort Worth; Minneapolis; St. Paul; Milwaukee
        St. Louis; Kansas City; Nashville; Memphis; New Orleans; Omaha; Des Moines
        Oklahoma City; Tulsa
        Panama City Beach; Panama City, Florida; Panama City, Fla.; Panama City, FL
        Birmingham; Pensacola; Destin; Madison; Little Rock; Irving; Rosemont; Oak Brook""",
    _MOUNTAIN: """Aspen; Vail; Salt Lake City; Park City; Colorado Springs; Boulder; Albuquerque
        Santa Fe
        Deer Valley; Jackson Hole; Billings; El Paso; Beaver Creek""",
    "America/Phoenix": "Scottsdale; Tucson; Tempe; Mesa; Sedona; Paradise Valley",
    _PACIFIC: """San Francisco; San Diego; San Jose; Las Vegas; Seattle; Portland; Santa Monica
        Anaheim
        Beverly Hills; Laguna Beach; Dana Point; Half Moon Bay; Palo Alto; Santa Clara; Sacramento
        Newport Beach; Laguna Niguel; La Jolla; Carlsbad; Huntington Beach; Pasadena; Napa; Reno
        Irvine
        Rancho Palos Verdes; Monterey; Pebble Beach; San Mateo; Century City; Oakland; Spokane""",
    "America/Toronto": "Montreal; Montréal; Ottawa; Quebec City; Mississauga",
    "America/Edmonton": "Calgary; Banff; Lake Louise",
    "America/Vancouver": "Whistler; Kelowna; Victoria, British Columbia; Victoria, BC",
    "Europe/London": """Edinburgh; Manchester; Glasgow; Leeds; Birmingham, UK; Cambridge, UK
        Oxford""",
    "Europe/Berlin": """Frankfurt; Frankfurt am Main; Munich; München; Hamburg; Düsseldorf
        Dusseldorf
        Cologne; Stuttgart; Leipzig; Hannover; Mainz; Walldorf""",
    "Europe/Zurich": """Zürich; Geneva; Genève; Basel; Lausanne; Bern; Lugano; Zug; Davos
        St. Moritz""",
    "Europe/Stockholm": "Gothenburg; Göteborg; Malmö; Lund; Uppsala; Solna",
    "Europe/Copenhagen": "København; Aarhus; Bagsværd",
    "Europe/Oslo": "Bergen; Trondheim; Stavanger; Fornebu",
    "Europe/Helsinki": "Espoo; Tampere; Turku; Vantaa",
    "Europe/Paris": "Lyon; Nice; Marseille; Cannes; Deauville; Toulouse",
    "Europe/Rome": "Milan; Milano; Turin; Bologna; Florence; Roma",
    "Europe/Madrid": "Barcelona; Valencia; Bilbao; Seville",
    "Europe/Amsterdam": "Rotterdam; The Hague; Utrecht; Eindhoven; Leiden",
    "Europe/Brussels": "Antwerp; Ghent; Leuven; Mechelen; Mont-Saint-Guibert",
    "Europe/Dublin": "Cork; Galway", "Europe/Lisbon": "Lisboa; Porto; Cascais",
    "Europe/Vienna": "Wien; Linz; Graz", "Europe/Warsaw": "Krakow; Warszawa",
    "Asia/Jerusalem": """Tel Aviv; Tel-Aviv; Haifa; Herzliya; Petah Tikva; Ramat Gan; Yokneam
        Caesarea
        Rehovot; Ra'anana; Raanana; Netanya; Rosh Ha'ayin; Migdal Haemek; Kfar Saba; Or Yehuda
        Lod""",
    "Asia/Shanghai": "Beijing; Shenzhen; Guangzhou; Hangzhou; Chengdu; Suzhou; Nanjing; Macao",
    "Asia/Kolkata": """Mumbai; Delhi; New Delhi; Bangalore; Bengaluru; Chennai; Hyderabad; Pune
        Gurgaon
        Gurugram; Ahmedabad; Goa; Noida; India; Calcutta; Bombay; Madras""",
    "Asia/Ho_Chi_Minh": "Ho Chi Minh City; Saigon; Hanoi", "Asia/Tbilisi": "Batumi",
    "Asia/Kathmandu": "Katmandu", "Asia/Yangon": "Rangoon", "Europe/Kyiv": "Kiev; Lviv; Odesa",
    "Asia/Tokyo": "Osaka; Kyoto; Yokohama; Nagoya; Fukuoka; Kobe; Japan",
    "Asia/Seoul": "Busan; Incheon; Seongnam", "Asia/Dubai": "Abu Dhabi",
    "Australia/Sydney": "Canberra; Wollongong; Newcastle, New South Wales",
    "Australia/Brisbane": "Gold Coast; Cairns; Noosa", "Australia/Perth": "Kalgoorlie; Fremantle",
    "Pacific/Auckland": "Wellington; Christchurch; Queenstown",
    "America/Sao_Paulo": "Sao Paulo; São Paulo; Rio de Janeiro",
    "America/Mexico_City": "Ciudad de México; Guadalajara", "America/Cancun": "Cancún",
    "America/Panama": "Panama City",
    "Africa/Johannesburg": "Cape Town; Sandton; Durban; Pretoria",
}  # fmt: skip
_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_WORD = r"(?:[A-ZÀ-Þ][\w'’-]*|St\.|Ft\.)"
_NAME = rf"{_WORD}(?:[ -](?:{_WORD}|de|am|da|of|the))*"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place as the text names it, and the zone of its clocks where that is known."""

    start: int
    end: int
    name: str
    zone: str | None


@cache
def _regions() -> dict[str, str | None]:
    regions: dict[str, str | None] = {}
    for entry in re.split(r"[;\n]", _STATES):
        *names, zone = entry.split() or ["-"]
        for name in names:
            if name != "-":
                regions[name.replace("_", " ")] = None if zone == "-" else zone
    for code, name in pytz.country_names.items():
        zones = pytz.country_timezones.get(code, [])
        regions.setdefault(str(name), zones[0] if len(zones) == 1 else None)
    return regions


@cache
def _lowered_regions() -> dict[str, str | None]:
    return {name.lower(): zone for name, zone in _regions().items()}


@cache
def _cities() -> dict[str, str]:
    cities = {}
    for zone in pytz.common_timezones:
        if zone.partition("/")[0] in _AREAS:
            cities[zone.rpartition("/")[2].replace("_", " ").lower()] = zone
    for zone, names in _CITIES.items():
        for name in re.split(r"[;\n]", names):
            cities[name.strip().lower()] = zone
    return {**cities, "new york": _EAST, "phoenix": "America/Phoenix"}


@cache
def _region_pattern() -> re.Pattern[str]:
    names = sorted(_regions(), key=len, reverse=True)
    choices = "|".join(re.escape(name) for name in names)
    return re.compile(rf",? ?,? (?P<region>{choices})(?![\w'])")


_CITY = re.compile(_NAME)
# For a run of so many words: every stretch of at most four, the last first, the longest first.
_WINDOWS = {
    count: [
        (first, last) for last in range(count, 0, -1) for first in range(max(0, last - 4), last)
    ]
    for count in range(1, 9)
}
# “…Palace Hotel, New York, NY”: a hotel is not a city, though a state's name follows it.
_BUILDING = re.compile(
    r"\b(?:Hotel|Hôtel|Club|Cent(?:er|re)|Resort|Hilton|Marriott|Sheraton|Hyatt|Westin|Ritz|Inn"
    r"|Plaza"
    r"|Tower|Hall|Palace|Spa|Regis|Astoria|Street|Avenue|Room|Building|Suites?|Fairmont"
    r"|Intercontinental)\b"
)


def zone_of_place(name: str) -> str | None:
    """Return the zone of “Phoenix”, “Phoenix, AZ”, “Portland, Maine” or “Israel”, else None.

    Where the city that is known lies elsewhere (“London, Canada”), only the region counts.
    """
    city, *regions = (part.strip() for part in name.split(","))
    # The nearest region says the most: “London, ON, Canada”.
    region = next((part for part in regions if _region(part)), regions[-1] if regions else "")
    whole = f"{city}, {region}".lower()
    if whole in _cities():
        return _cities()[whole]
    by_city = _cities().get(city.lower())
    if not region:
        return by_city or _region(city)
    return by_city if by_city and _may_lie_in(by_city, region) else _region(region)


def find_places(text: str, start: int, end: int) -> list[Place]:
    """Return the places in a stretch of text: a known city, or any name before a known region."""
    places = []
    at = start
    while found := _CITY.search(text, at, end):
        place = _place(text, found, end)
        at = place.end if place else found.end()
        if place:
            places.append(place)
    return places


def _place(text: str, found: re.Match[str], end: int) -> Place | None:
    region = _region_pattern().match(text, found.end(), end)
    if region and text[found.end()] == "," and not _BUILDING.search(found[0]):
        return _with_region(text, found, region, end)
    words = found[0].split(" ")
    # The last and longest known name in a run of capitals: “Grand Hotel New York City”.
    if len(words) > 8:
        words = words[-8:]
    for first, last in _WINDOWS[len(words)]:
        name = " ".join(words[first:last])
        if name.lower() in _cities():
            start = found.end() - len(" ".join(words[first:]))
            return Place(start=start, end=start + len(name), name=name, zone=zone_of_place(name))
    return None


def _with_region(text: str, found: re.Match[str], region: re.Match[str], end: int) -> Place:
    further = _region_pattern().match(text, region.end(), end)
    city = region["region"]
    if further and text[region.end()] == "," and city.lower() in _cities():
        # “Le Parker Meridien, New York, NY”: the first name is of a house.
        name = text[region.start("region") : further.end()]
        start = region.start("region")
        return Place(start=start, end=further.end(), name=name, zone=zone_of_place(name))
    stop = further.end() if further and text[region.end()] == "," else region.end()
    name = text[found.start() : stop]
    return Place(start=found.start(), end=stop, name=name, zone=zone_of_place(name))


def _region(name: str) -> str | None:
    return _regions().get(name) or _lowered_regions().get(name.lower())


def _may_lie_in(zone: str, region: str) -> bool:
    """Tell whether a city of that zone can lie in the region: in Mexico, Cancún, but no Paris.

    A state of one zone has no city of another: Portland, Maine is not the one that is known. No
    country that is known has one of another country; in what is not known, any may lie.
    """
    expected, country = _region(region), _zones_of_country(region)
    if expected == zone or zone in country:
        return True
    if region.lower() in _SPLIT:
        return zone in pytz.country_timezones["US"]
    return expected is None and not country


def _zones_of_country(name: str) -> frozenset[str]:
    """Return the zones of “Canada”, “USA” or “DE”, which is Delaware too; none if unknown."""
    code = name if len(name) == 2 and name.isupper() else _COUNTRY_CODES.get(name.lower(), "")
    return frozenset(pytz.country_timezones.get(code, ())) or _zones_by_country().get(
        name.lower(), frozenset()
    )


_COUNTRY_CODES = {
    "usa": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "uk": "GB",
    "united kingdom": "GB", "great britain": "GB", "britain": "GB", "türkiye": "TR",
}  # fmt: skip


@cache
def _zones_by_country() -> dict[str, frozenset[str]]:
    return {
        str(name).lower(): frozenset(pytz.country_timezones.get(code, ()))
        for code, name in pytz.country_names.items()
    }


# The states with two zones.
_SPLIT = frozenset(
    name.strip().lower()
    for name in re.split(
        r"[;\n]",
        """TN; Tenn.; Tennessee; FL; Fla.; Florida; TX; Texas; KY; Ky.; Kentucky; IN; Ind.; Indiana
        MI; Mich.; Michigan; ID; Idaho; OR; Ore.; Oregon; KS; Kan.; Kansas; NE; Neb.; Nebraska
        ND; N.D.; North Dakota; SD; S.D.; South Dakota""",
    )
)
