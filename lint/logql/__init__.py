"""LogQL: text to a tree with places, or to the problem, or to the reason why it is not judged."""
