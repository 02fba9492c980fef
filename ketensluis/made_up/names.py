"""Words that made-up people and places are put together from."""

from __future__ import annotations

__all__ = [
    "EMPLOYERS",
    "GIVEN_NAMES_F",
    "GIVEN_NAMES_M",
    "SCHOOLS",
    "STREETS",
    "SURNAMES",
]

GIVEN_NAMES_F = (
    "Anna", "Sanne", "Fatima", "Yasmina", "Agnieszka", "Shanti", "Hodan", "Elif", "Maria",
    "Johanna", "Kimberley", "Priya", "Ayşe", "Chantal", "Willemijn", "Noor", "Zeynep", "Grace",
    "Katarzyna", "Soraya", "Mei", "Lotte", "Ingrid", "Aaliyah", "Rosalinda", "Femke", "Nadia",
    "Marijke", "Giulia", "Amina",
)  # fmt: skip
GIVEN_NAMES_M = (
    "Jan", "Bert", "Mohammed", "Youssef", "Piotr", "Ravi", "Abdi", "Mehmet", "Kevin", "Willem",
    "Dirk-Jan", "Hassan", "Wojciech", "Jurgen", "Emre", "Sjoerd", "Winston", "Karim", "Tomasz",
    "Sem", "Daan", "Rachid", "Furkan", "Marco", "Liam", "Anil", "Sander", "Gijs", "Omar", "Bo",
)  # fmt: skip
SURNAMES = (
    "Jansen", "de Vries", "van den Berg", "Bakker", "el Idrissi", "Yılmaz", "Kowalski",  # noqa: RUF001 - so it is spelled
    "Ramdin", "Warsame", "Bos", "de Wit", "Groen", "van der Meer", "Visser", "Demir",
    "Nowak", "Abdullahi", "Mulder", "van 't Hof", "Hendriks-Bouma", "Benali", "Şahin",
    "Soekhoe", "Peters", "ten Brinke", "Kuipers", "Öztürk", "Wiśniewski", "Amrani", "Pinas",
    "Schouten", "in 't Veld", "Dijkstra", "Koopmans", "Farah", "de Jong", "Wouters", "Li",
)  # fmt: skip
# Streets that, as far as we know, exist nowhere; the postcodes cannot exist in any case.
STREETS = (
    "Brumelstraat", "Oosterwilpad", "Kwintelaarweg", "Hazemeerdreef", "Vlotwaterkade",
    "Tinnekruidlaan", "Sluiswachterswal", "Borrelbeekhof", "Ketenschipperstraat",
    "Zomerdoornplein", "Wringvaartsingel", "Pannevinkweg", "Laatbloeierslaan", "Dwaalganzenpad",
)  # fmt: skip
SCHOOLS = ("De Regenvlinder", "De Kruimeltoren", "Het Zuiderklokje", "Het Dwarsschip College")
EMPLOYERS = (
    "Bouwbedrijf Hamerslag",
    "Bakkerij De Korstkant",
    "Transport Wielerzoon",
    "Zorg Rondom",
)
