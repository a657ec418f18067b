"""Writing chats to files: what is offered, and the dialog for it."""
