"""What trackers say of promises: read from exports, matched to actions, held against them."""
