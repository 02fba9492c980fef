"""The record of every processing of personal data (Wpg art. 32a, Logboek Dataverwerkingen)."""
