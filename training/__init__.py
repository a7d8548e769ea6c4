"""Models made smaller: the tiny demo model, its teacher and its report; never imported by the rest."""
