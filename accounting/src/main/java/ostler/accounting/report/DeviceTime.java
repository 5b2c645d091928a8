package ostler.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import ostler.inventory.Share;

/**
 * Time of devices, exactly: a third of a device for an hour is twenty minutes.
 *
 * @param ticks microseconds of one part in {@link Share#WHOLE} of a device; 0 or more
 */
public record DeviceTime(BigInteger ticks) implements Comparable<DeviceTime> {

  public static final DeviceTime ZERO = new DeviceTime(BigInteger.ZERO);

  private static final BigInteger TICKS_PER_SECOND = BigInteger.valueOf(1_000_000L * Share.WHOLE);
  private static final int FRACTION_DIGITS = 6;

  public DeviceTime {
    if (ticks.signum() < 0) {
      throw new IllegalArgumentException("time is 0 or more, not " + ticks);
    }
  }

  /** The time of something of that weight. */
  public static DeviceTime of(BigInteger micros, int weight) {
    return new DeviceTime(micros.multiply(BigInteger.valueOf(weight)));
  }

  /** As {@link #of(BigInteger, int)}; what is finer than a microsecond is not counted. */
  public static DeviceTime of(Duration time, int weight) {
    return of(BigInteger.valueOf(time.dividedBy(ChronoUnit.MICROS.getDuration())), weight);
  }

  public DeviceTime plus(DeviceTime other) {
    return new DeviceTime(ticks.add(other.ticks));
  }

  /**
   * The seconds, exactly: as a decimal where that ends within the microsecond, else as a fraction
   * in lowest terms. {@code 1200}, {@code 0.000001}, {@code 100/7}.
   */
  public String seconds() {
    BigInteger[] whole = ticks.divideAndRemainder(TICKS_PER_SECOND);
    if (whole[1].signum() == 0) {
      return whole[0].toString();
    }
    BigInteger[] micros = ticks.divideAndRemainder(BigInteger.valueOf(Share.WHOLE));
    if (micros[1].signum() != 0) {
      BigInteger common = ticks.gcd(TICKS_PER_SECOND);
      return ticks.divide(common) + "/" + TICKS_PER_SECOND.divide(common);
    }
    return new BigDecimal(micros[0], FRACTION_DIGITS).stripTrailingZeros().toPlainString();
  }

  @Override
  public int compareTo(DeviceTime other) {
    return ticks.compareTo(other.ticks);
  }
}
