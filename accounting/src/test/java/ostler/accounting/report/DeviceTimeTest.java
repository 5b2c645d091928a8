package ostler.accounting.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ostler.inventory.Share;

final class DeviceTimeTest {

  private static DeviceTime seconds(long seconds, int weight) {
    return DeviceTime.of(Duration.ofSeconds(seconds), weight);
  }

  @Test
  void secondsAreToldExactly() {
    assertEquals("0", DeviceTime.ZERO.seconds());
    assertEquals("3600", seconds(3600, Share.WHOLE).seconds());
    assertEquals("1200", seconds(3600, Share.WHOLE / 3).seconds());
    assertEquals("0.000001", DeviceTime.of(Duration.ofNanos(1000), Share.WHOLE).seconds());
    assertEquals("1.5", DeviceTime.of(Duration.ofMillis(1500), Share.WHOLE).seconds());
    assertEquals("100/7", seconds(100, Share.WHOLE / 7).seconds());
    assertEquals("10", seconds(10, Share.WHOLE).seconds());
  }

  @Test
  void sevenSeventhsAreOne() {
    DeviceTime sum = DeviceTime.ZERO;
    for (int i = 0; i < 7; i++) {
      sum = sum.plus(seconds(1, Share.WHOLE / 7));
    }
    assertEquals(seconds(1, Share.WHOLE), sum);
  }

  @Test
  void eightyThousandDevicesForFiveYearsAreNoTooLargeNumber() {
    DeviceTime one = DeviceTime.of(Duration.ofDays(Period.MAX_DAYS), Share.WHOLE);
    DeviceTime all = new DeviceTime(one.ticks().multiply(BigInteger.valueOf(80_000)));
    assertEquals("12648960000000", all.seconds());
    assertEquals(new BigDecimal("3513600000.000000"), Hours.total(List.of(all)));
  }

  @Test
  void thereIsNoNegativeTime() {
    assertThrows(IllegalArgumentException.class, () -> new DeviceTime(BigInteger.valueOf(-1)));
  }

  @Test
  void hoursOfTheRowsAddUpToTheHoursOfTheTotal() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      List<DeviceTime> parts = new ArrayList<>();
      for (int i = random.nextInt(40); i >= 0; i--) {
        parts.add(
            DeviceTime.of(
                BigInteger.valueOf(random.nextLong(10_000_000_000L)),
                1 + random.nextInt(Share.WHOLE)));
      }
      List<BigDecimal> hours = Hours.of(parts);
      assertEquals(
          Hours.total(parts),
          hours.stream().reduce(BigDecimal.ZERO, BigDecimal::add),
          "seed " + seed + " round " + round);
      for (int i = 0; i < parts.size(); i++) {
        BigDecimal exact =
            new BigDecimal(parts.get(i).ticks())
                .divide(new BigDecimal(3_600_000_000L * Share.WHOLE), 30, RoundingMode.DOWN);
        assertEquals(
            -1,
            hours.get(i).subtract(exact).abs().compareTo(new BigDecimal("0.000001")),
            "seed " + seed + " round " + round);
      }
    }
  }

  @Test
  void threeThirdsOfATickAreNotRoundedAway() {
    DeviceTime third = DeviceTime.of(Duration.ofNanos(1_200_000), Share.WHOLE);
    List<BigDecimal> hours = Hours.of(Collections.nCopies(3, third));
    assertEquals(
        List.of(new BigDecimal("0.000001"), new BigDecimal("0.000000"), new BigDecimal("0.000000")),
        hours);
  }

  @Test
  void noPartsAreNoHours() {
    assertEquals(List.of(), Hours.of(List.of()));
    assertEquals(new BigDecimal("0.000000"), Hours.total(List.of()));
  }
}
