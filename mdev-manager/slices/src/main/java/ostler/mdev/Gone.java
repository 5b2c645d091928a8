package ostler.mdev;

import java.util.Optional;

/** A slice that was removed, or forbidden before it was ever made: its id is used up. */
record Gone(SliceId id, Optional<Mark> mark) {}
