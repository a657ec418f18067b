"""The page about the chats on this computer: a section a module."""
