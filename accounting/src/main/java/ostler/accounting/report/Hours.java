package ostler.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import ostler.inventory.Share;

/**
 * Device-hours as they are printed: rounded, so that what is printed still adds up. Each is cut to
 * the last digit, and those that lost most get one more until they sum to the rounded total.
 */
public final class Hours {

  /** A millionth of an hour is 3.6 ms. */
  static final int DIGITS = 6;

  private static final BigInteger TICKS_PER_STEP =
      BigInteger.valueOf(3_600_000_000L / 1_000_000L * Share.WHOLE);

  private Hours() {}

  /** The sum of some times, rounded half up. */
  public static BigDecimal total(List<DeviceTime> parts) {
    return hours(steps(sum(parts)));
  }

  /** The times one by one; they add up to {@link #total}, and none is off by a step or more. */
  public static List<BigDecimal> of(List<DeviceTime> parts) {
    List<BigInteger> cut = new ArrayList<>();
    List<BigInteger> lost = new ArrayList<>();
    for (DeviceTime part : parts) {
      BigInteger[] steps = part.ticks().divideAndRemainder(TICKS_PER_STEP);
      cut.add(steps[0]);
      lost.add(steps[1]);
    }
    int missing =
        steps(sum(parts))
            .subtract(cut.stream().reduce(BigInteger.ZERO, BigInteger::add))
            .intValueExact();
    IntStream.range(0, parts.size())
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> lost.get(i)).reversed())
        .limit(missing)
        .forEach(i -> cut.set(i, cut.get(i).add(BigInteger.ONE)));
    return cut.stream().map(Hours::hours).toList();
  }

  private static DeviceTime sum(List<DeviceTime> parts) {
    return parts.stream().reduce(DeviceTime.ZERO, DeviceTime::plus);
  }

  private static BigInteger steps(DeviceTime time) {
    BigInteger half = TICKS_PER_STEP.shiftRight(1);
    return time.ticks().add(half).divide(TICKS_PER_STEP);
  }

  private static BigDecimal hours(BigInteger steps) {
    return new BigDecimal(steps, DIGITS);
  }
}
