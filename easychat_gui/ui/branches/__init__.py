"""The picture of a conversation's branches, in the column at the right."""
