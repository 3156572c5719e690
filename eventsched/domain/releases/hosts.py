"""Who holds a conference, told by its name."""

import re

from eventsched.domain.releases.places import zone_of_place

# Those who hold most investor conferences, under the names they have gone by since 2000.
_BANKS = """
ABG Sundal Collier; AGP; Aegis Capital; Alliance Global Partners; B. Riley; B. Riley FBR
B. Riley Securities; BB&T; BB&T Capital Markets; BMO; BMO Capital Markets; BNP Paribas
BNP Paribas Exane; Baird; Robert W. Baird; Banc of America; Banc of America Securities
Bank of America; Bank of America Merrill Lynch; Bank of America Securities; BofA
BofA Merrill Lynch; BofA Securities; Barclays; Barclays Capital; Barrington; Barrington Research
Bear Stearns; Bear, Stearns; Benchmark; Berenberg; Bernstein; Sanford C. Bernstein; BioCentury
Bloomberg; Brean Capital; Brean Murray; Bryan Garnier; BTIG; Burkenroad; C.L. King; CIBC
CIBC World Markets; CJS Securities; CL King; CLSA; Canaccord; Canaccord Adams; Canaccord Genuity
Cantor; Cantor Fitzgerald; Carnegie; Citi; Citigroup; Citigroup Smith Barney; Clarksons
Collins Stewart; Cormark; Cowen; Cowen and Company; SG Cowen; TD Cowen; Craig-Hallum; Credit Suisse
Credit Suisse First Boston; CSFB; D.A. Davidson; DA Davidson; DNB; DZ Bank; Daiwa; Deutsche Bank
Deutsche Banc Alex. Brown; Donaldson, Lufkin & Jenrette; DLJ; Dougherty; EF Hutton; Edison
Emerging Growth; EnerCom; Enskilda; Erste; Evercore; Evercore ISI; Exane BNP Paribas
First Albany; First Analysis; Friedman Billings Ramsey; Friedman, Billings, Ramsey; FBR
FBR Capital Markets; Gabelli; Gabelli & Company; Gilford; Global Hunter; Goldman Sachs; Goldman
Goodbody; Guggenheim; Guggenheim Securities; H.C. Wainwright; HC Wainwright; HSBC
Hambrecht & Quist; Handelsbanken; Howard Weil; ICR; IDEAS; IPAA; Imperial Capital; ING
J.P. Morgan; JP Morgan; JPMorgan; J.P. Morgan H&Q; Jefferies; JMP; JMP Securities; Janney
Janney Montgomery Scott; Johnson Rice; Jones Trading; JonesTrading; KBW; Keefe, Bruyette & Woods
KBC Securities; Kaufman; Kaufman Bros.; Kempen; Kepler Cheuvreux; KeyBanc
KeyBanc Capital Markets; Ladenburg; Ladenburg Thalmann; LD Micro; Lake Street; Lazard
Lazard Capital Markets; Leerink; Leerink Partners; Leerink Swann; SVB Leerink; SVB Securities
Lehman; Lehman Brothers; Liberum; LifeSci; LifeSci Partners; Longbow; Lytham Partners; MKM Partners
Macquarie; Maxim; Maxim Group; Maxim Group LLC; Merrill Lynch; Merriman; Merriman Curhan Ford
Mizuho; Mizuho Securities; Morgan Keegan; Morgan Stanley; Morgan Stanley Dean Witter
Morgan Joseph; Morgans; NASDAQ; Nasdaq; NYSE; NYSSA; National Bank; National Bank Financial
National Securities; Needham; Needham & Company; Noble; Noble Capital Markets; Nomura
Nomura Instinet; Nordea; Northland; Northland Capital Markets; Northland Securities; Numis
ODDO BHF
Oddo; Oppenheimer; Oppenheimer & Co.; Pacific Crest; Pacific Growth; Panmure Gordon; Pareto
Pareto Securities; Peel Hunt; Peters & Co.; Piper Jaffray; Piper Sandler; Planet MicroCap
Prudential; RBC; RBC Capital Markets; RW Baird; Raymond James; Redeye; Ridgewood; ROTH; Roth
Roth Capital; Roth Capital Partners; ROTH MKM; Robertson Stephens; Robinson Humphrey
Rodman & Renshaw; Rosenblatt; SEB; SIG; Sandler O'Neill; Sandler O'Neill + Partners
Salomon Smith Barney
Scotia; Scotiabank; Scotia Capital; Scotia Howard Weil; Sidoti; Sidoti & Company; Sidoti & Co.
Simmons
Singular Research; SMBC Nikko; Societe Generale; Société Générale; Sprott; Stephens; Stephens Inc.
Sterne Agee; Stifel; Stifel Nicolaus; Stifel GMP; StoneX; Sturdivant; Sun Trust; SunTrust
SunTrust Robinson Humphrey
Susquehanna; TD; TD Securities; TD Newcrest; Telsey; Thomas Weisel; Thomas Weisel Partners
ThinkEquity; Truist; Truist Securities; Tudor Pickering; Tudor, Pickering, Holt & Co.
Tudor Pickering Holt; TPH; UBS; UBS Warburg; US Bancorp Piper Jaffray; U.S. Bancorp Piper Jaffray
Wachovia; Wachovia Securities; Warburg; Water Tower Research; Wedbush; Wedbush Securities
Wells Fargo
Wells Fargo Securities; William Blair; William Blair & Company; Wolfe; Wolfe Research
Wunderlich; Zacks
"""
_WORD = re.compile(r"[\w.&'+-]+")


def _by_first_word() -> dict[str, list[str]]:
    """Return the names, in small letters, longest first, under their first words."""
    index: dict[str, list[str]] = {}
    names = {name.strip().lower() for name in re.split(r"[;\n]", _BANKS) if name.strip()}
    for name in sorted(names, key=len, reverse=True):
        found = _WORD.match(name)
        assert found is not None
        index.setdefault(found[0], []).append(name)
    return index


_KNOWN = _by_first_word()
TOPICS = frozenset(
    re.findall(
        r"\S+",
        """
        Healthcare Health Health-Care Technology Tech Technologies Media Telecom
        Telecommunications Communications Consumer Industrial Industrials Energy Growth
        Global Annual Investor Investors Investment Biotech Biotechnology Pharmaceutical
        Pharma Life Sciences Medical Financial Financials Bank Banks Banking Insurance
        Software Internet Semiconductor Semiconductors Hardware Networking Wireless Mining
        Metals Materials Basic Chemicals Chemical Gold Oil Gas Power Utilities Utility Clean
        Cleantech Real Estate REIT Retail Retailing Restaurant Gaming Lodging Leisure
        Transportation Transport Airlines Aerospace Defense Auto Automotive Services
        Business Education Small Small-Cap SmallCap Mid Mid-Cap Micro Micro-Cap MicroCap Cap
        Equity Equities Emerging Markets Institutional Virtual Fall Spring Summer Winter
        East West North South Coast Southwest Southeast Northwest Northeast Midwest European
        Europe Asia Asian China American International World Medtech Diagnostics Oncology
        Neuroscience Rare Disease Infectious Inflammation Immunology Conference CEO Best
        Ideas Digital Cyber Security Cybersecurity Cloud AI Data Innovation Disruptive
        Fintech Payments Housing Building Products Infrastructure Engineering Machinery
        Shipping Marine Food Beverage Household Personal Care Agriculture Agribusiness
        Packaging Paper Forest Tech, Corporate Access Leadership Quality The January
        February March April May June July August September October November December Nordic
        London New TMT Tools Specialty Tools, One-on-One Non-Deal Sustainability ESG Smart
        Mobility Summit Forum Showcase Symposium Seminar Future Opportunities Private Public
        Company Companies Medicine Genomics Therapeutics Vascular Cardiovascular
        Ophthalmology Dermatology Credit Leveraged High Yield Fixed Income Debt MLP
        Midstream Exploration Production Clean-Tech Renewables Solar Crypto
        """,
    )
)
_ORDINAL_OR_YEAR = re.compile(r"\d{1,3}(?:st|nd|rd|th)|(?:19|20)\d\d")
_FIRMLIKE = re.compile(
    r"(?:Partners|Securities|Capital|Bank|Research|Markets|Company|Co\.|Group|Advisors|Brothers"
    r"|Bros\.)$"
)


def known_host(title: str) -> str | None:
    """Return the bank or body of the list that `title` names, as it names it."""
    small = title.lower()
    for word in _WORD.finditer(small):
        for name in _KNOWN.get(word[0].removesuffix("'s").rstrip("'"), ()):
            end = word.start() + len(name)
            if small.startswith(name, word.start()) and not small[end : end + 1].isalnum():
                return title[word.start() : end]
    return None


def stated_host(title: str) -> str | None:
    """Return the words before what, when or where is said: “Acme” of “Acme Growth Forum”."""
    possessive = re.match(r"(.{2,40}?)(?:'s|(?<=s)') ", title)
    if possessive:
        return _trimmed(possessive[1].split())
    return _trimmed(title.split())


def is_firmlike(host: str) -> bool:
    """Tell whether a name ends as firms' names do."""
    return _FIRMLIKE.search(host) is not None


def _trimmed(words: list[str]) -> str | None:
    while words and (_ORDINAL_OR_YEAR.fullmatch(words[0]) or words[0] in ("Annual", "The")):
        words = words[1:]
    kept = []
    for word in words:
        if word.rstrip(",") in TOPICS or _ORDINAL_OR_YEAR.fullmatch(word):
            break
        kept.append(word)
    while kept and kept[-1] in ("&", "+", "and", "of", "the"):
        kept.pop()
    host = " ".join(kept)
    return None if not host or zone_of_place(host) else host
