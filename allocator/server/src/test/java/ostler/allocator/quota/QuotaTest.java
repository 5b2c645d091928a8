package ostler.allocator.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.flavor.AliasName;
import ostler.inventory.ProjectId;

final class QuotaTest {

  private static final ProjectId PROJECT = new ProjectId("p1");
  private static final ResourceKey KEY = ResourceKey.of(new AliasName("gpu"));

  private static Quota quota(long limit, long used) {
    return new Quota(PROJECT, KEY, Optional.of(new Limit(limit)), used);
  }

  @Test
  void noLimitAtANodeLeavesItToTheOthers() {
    assertTrue(Quota.unset(PROJECT, KEY).allows(Long.MAX_VALUE));
    assertEquals(Optional.empty(), Quota.unset(PROJECT, KEY).room());
    assertFalse(Quota.unset(PROJECT, KEY).isFinite());
  }

  @Test
  void aLimitIsReachedAndNeverExceeded() {
    assertTrue(quota(2, 1).allows(1));
    assertFalse(quota(2, 1).allows(2));
    assertFalse(quota(2, 2).allows(1));
  }

  @Test
  void aLimitOf0AllowsNothing() {
    assertFalse(quota(0, 0).allows(1));
    assertTrue(quota(0, 0).isFinite());
  }

  @Test
  void aLimitOfMinus1AllowsAnything() {
    assertTrue(quota(-1, Limit.MAX).allows(Limit.MAX));
    assertFalse(quota(-1, 0).isFinite());
    assertEquals(0, quota(-1, 7).over());
  }

  @Test
  void aLimitLoweredBelowItsUseAllowsNothingMoreAndSaysByHowMuch() {
    assertFalse(quota(1, 3).allows(1));
    assertFalse(quota(1, 3).allows(Long.MAX_VALUE));
    assertEquals(2, quota(1, 3).over());
    assertEquals(Optional.of(-2L), quota(1, 3).room());
  }

  @Test
  void hugeNumbersDoNotWrapAround() {
    assertFalse(quota(Limit.MAX, Limit.MAX).allows(1));
    assertTrue(quota(Limit.MAX, 0).allows(Limit.MAX));
    assertFalse(quota(Limit.MAX, 0).allows(Long.MAX_VALUE));
    assertFalse(quota(0, Long.MAX_VALUE).allows(Long.MAX_VALUE));
  }

  @Test
  void aLimitIsANumberThatEveryReaderHoldsOrMinus1() {
    assertThrows(IllegalArgumentException.class, () -> new Limit(-2));
    assertThrows(IllegalArgumentException.class, () -> new Limit(Limit.MAX + 1));
    assertThrows(IllegalArgumentException.class, () -> quota(0, -1));
  }
}
