package ostler.simulation;

import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** All chance in a world comes from here, and so from its seed. */
final class Dice {

  private final SplittableRandom random;

  Dice(long seed) {
    this(new SplittableRandom(seed));
  }

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Dice of its own for a part of the world, so that it is not disturbed by the others. */
  Dice split() {
    return new Dice(random.split());
  }

  RandomGenerator generator() {
    return random;
  }

  /** Whether something happens that happens so many times in ten thousand. */
  boolean chance(int perTenThousand) {
    return random.nextInt(10_000) < perTenThousand;
  }

  /** A number from 0 up to but not including the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  UUID uuid() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    return new UUID(high, (random.nextLong() & (Long.MAX_VALUE >> 1)) | Long.MIN_VALUE);
  }

  /** What asks for real randomness, such as a key, gets the seed's. */
  SecureRandom secure() {
    return new Seeded(random.split());
  }

  private static final class Seeded extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final transient SplittableRandom random;

    Seeded(SplittableRandom random) {
      super(null, null);
      this.random = random;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      random.nextBytes(bytes);
    }
  }
}
