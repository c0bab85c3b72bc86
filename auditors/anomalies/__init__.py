"""What is far from what is normal at this hour of the week."""
