"""The page of figures: what answers have taken, in cards and drawn charts."""
