"""The palette: one field that finds chats, and all that can be done."""
