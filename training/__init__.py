"""Models made smaller: the tiny demo model, its teacher, its report; nothing imports it."""
