"""First names: common given names in English and German that are no other word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy.personal_data import Finding

_NAMES = """Aaron Abigail Ada Adam Adrian Agnes Aisha Alan Albert Alexander Alexandra Alfred Alice
Amanda Amelia Andrea Andreas Andrew Angela Anja Anke Anna Anne Annette Anthony Antonia
Astrid Barbara Beate Benedikt Benjamin Bernd Bettina Birgit Brandon Brenda Brian
Brigitte Bruno Carl Carla Carlos Carmen Carol Caroline Catherine Charles Charlotte
Christian Christina Christine Christopher Clara Claudia Cornelia Daniel Daniela David
Deborah Dennis Diana Dieter Dirk Dominik Donald Dorothea Edith Edward Eileen Elena
Elisabeth Elizabeth Ella Emil Emily Emma Eric Erika Eva Fatima Felix Florian Franziska
Fritz Gabriele George Georg Gerald Gerhard Gisela Greta Günter Günther Hanna Hannah
Hannes Hans Harald Heather Heidi Heike Heinrich Heinz Helen Helena Helga Helmut Henry
Herbert Holger Ida Ingrid Isabel Isabella Jacob Jakob James Jan Jana Jane Janet Jason
Jennifer Jens Jessica Jim Joachim Joan Joanna Johanna Johannes John Jonas Jonathan
Joseph Joshua Juan Judith Julia Julian Jürgen Kai Karen Karin Karl Karsten Katharina
Katherine Kathrin Katja Kenneth Kerstin Kevin Klara Klaus Konrad Kristin Kurt Lara Larry
Laura Lea Lena Leon Leonard Leonie Linda Lisa Louis Louise Lukas Manfred Manuela Marcel
Marco Marcus Margaret Maria Marie Marion Markus Marlene Martin Martina Mary Mathilda
Matthew Matthias Maximilian Megan Melanie Melissa Michael Michaela Michelle Miriam
Mohammed Monika Moritz Muhammad Nadine Nancy Natalie Nathan Nicholas Nicole Niklas Nina
Noah Nora Norbert Oliver Olivia Oskar Pamela Patricia Patrick Paul Paula Pauline Peter
Petra Philipp Philip Priya Rachel Rainer Ralf Raymond Rebecca Regina Renate Richard Rita
Robert Roland Rolf Ronald Rüdiger Rudolf Ruth Ryan Sabine Samantha Samuel Sandra Sarah
Sara Scott Sebastian Sharon Shirley Silke Silvia Simon Simone Sonja Sophia Sophie Stefan
Stefanie Stephan Stephanie Stephen Steven Susan Susanne Sven Svenja Sylvia Tanja Teresa
Theodor Theresa Thomas Thorsten Tim Timothy Tobias Torsten Udo Ulrich Ulrike Ursula Ute
Uwe Valentina Vanessa Vera Veronika Victoria Viktoria Vincent Walter Werner Wilhelm
William Wolfgang Yasmin Yvonne"""
FIRST_NAMES = frozenset(_NAMES.casefold().split())
_PATTERN = re.compile(rf"(?<![\w-])(?:{'|'.join(_NAMES.split())})(?![\w-])")


def first_names(literals: str) -> Iterator[Finding]:
    """Each common first name, wherever it stands."""
    for match in _PATTERN.finditer(literals):
        yield Finding(
            at=match.start(),
            end=match.end(),
            rule="name",
            reason="a person's name",
            remedy="use a name slot: {{ name }}",
        )
