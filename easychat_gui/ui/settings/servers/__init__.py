"""The page of the servers: their list, a form of rows, pools, and what can be added."""
