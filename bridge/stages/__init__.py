"""One typed pure function each on the way from pixels to a decision."""
