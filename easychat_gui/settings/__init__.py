"""What a person may set, how it is kept, and where keys go."""
