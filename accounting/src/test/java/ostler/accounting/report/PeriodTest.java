package ostler.accounting.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PeriodTest {

  private static Period period(String from, String to) {
    return new Period(Period.instant(from), Period.instant(to));
  }

  @Test
  void aDayIsItsFirstInstantInUtcAndAnOffsetIsTakenIntoAccount() {
    assertEquals(Instant.parse("2026-11-01T00:00:00Z"), Period.instant("2026-11-01"));
    assertEquals(
        Instant.parse("2026-10-31T22:00:00Z"), Period.instant("2026-11-01T00:00:00+02:00"));
    assertEquals(Instant.parse("2026-11-01T00:00:00Z"), Period.instant("2026-11-01T00:00Z"));
    for (String wrong :
        List.of(
            "",
            "2026",
            "2026-11",
            "2026-02-30",
            "2026-11-01T25:00:00Z",
            "2026-11-01T00:00:00",
            "yesterday",
            "+1000000000-01-01")) {
      assertThrows(IllegalArgumentException.class, () -> Period.instant(wrong), wrong);
    }
  }

  @Test
  void aPeriodHasBounds() {
    period("2026-11-01", "2026-12-01");
    period("2021-01-01", "2026-01-01");
    for (List<String> wrong :
        List.of(
            List.of("2026-11-01", "2026-11-01"),
            List.of("2026-11-02", "2026-11-01"),
            List.of("1999-12-31", "2000-01-02"),
            List.of("2199-12-31", "2200-01-02"),
            List.of("2020-01-01", "2026-01-01"),
            List.of("2026-11-01T00:00:00.0000001Z", "2026-11-02"))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> period(wrong.get(0), wrong.get(1)),
          wrong.toString());
    }
  }

  @Test
  void groupingReadsNamesAndRefusesWhatItDoesNotKnow() {
    assertEquals(
        new Grouping(List.of(Dimension.PROJECT, Dimension.MODEL), Optional.of(Bucket.DAY)),
        Grouping.parse("project,model,day"));
    assertEquals(new Grouping(List.of(), Optional.of(Bucket.MONTH)), Grouping.parse("month"));
    for (String wrong : List.of("", "project,", "Project", "week", "day,hour", "model,model")) {
      assertThrows(IllegalArgumentException.class, () -> Grouping.parse(wrong), wrong);
    }
  }

  @Test
  void aMonthMayBeCutIntoHoursAndAYearMayNot() {
    Grouping hours = Grouping.parse("hour");
    assertTrue(hours.fits(period("2026-12-01", "2027-01-01")));
    assertFalse(hours.fits(period("2026-01-01", "2027-01-01")));
    assertTrue(Grouping.parse("day").fits(period("2025-01-01", "2027-01-01")));
    assertTrue(Grouping.parse("project").fits(period("2022-01-01", "2027-01-01")));
  }

  @Test
  void bucketsAreOfTheCalendarInUtc() {
    Instant at = Instant.parse("2028-02-29T23:59:59.999999Z");
    assertEquals(Instant.parse("2028-02-29T23:00:00Z"), Bucket.HOUR.startOf(at));
    assertEquals(Instant.parse("2028-02-29T00:00:00Z"), Bucket.DAY.startOf(at));
    assertEquals(Instant.parse("2028-02-01T00:00:00Z"), Bucket.MONTH.startOf(at));
    for (Bucket bucket : Bucket.values()) {
      assertEquals(Instant.parse("2028-03-01T00:00:00Z"), bucket.endOf(at));
      assertEquals(bucket.endOf(at), bucket.startOf(bucket.endOf(at)));
    }
  }
}
