"""Files that go with a message: taking them in, showing them as chips, looking into them."""
