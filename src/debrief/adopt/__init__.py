"""Old documents → records, without a word lost and without one made up."""
