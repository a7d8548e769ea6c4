"""What each format (html, json, text) allows, and how many bytes a template may fill to."""
