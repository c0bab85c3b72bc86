"""Is this the right server at all?"""
