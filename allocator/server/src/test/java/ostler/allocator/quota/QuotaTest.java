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

  private static Quota quota(Long limit, long used) {
    return new Quota(PROJECT, KEY, Optional.ofNullable(limit), used);
  }

  @Test
  void noLimitSetAllowsNothing() {
    assertFalse(Quota.unset(PROJECT, KEY).allows(1));
    assertEquals(
        "project p1 has no limit for alias:gpu, which allows nothing; ask an operator to set one",
        Quota.unset(PROJECT, KEY).shortfall(1));
  }

  @Test
  void aLimitIsReachedAndNeverExceeded() {
    assertTrue(quota(2L, 1).allows(1));
    assertFalse(quota(2L, 1).allows(2));
    assertFalse(quota(2L, 2).allows(1));
    assertFalse(quota(0L, 0).allows(1));
  }

  @Test
  void aLimitLoweredBelowItsUseAllowsNothingMore() {
    assertFalse(quota(1L, 3).allows(1));
    assertFalse(quota(1L, 3).allows(Long.MAX_VALUE));
  }

  @Test
  void hugeNumbersDoNotWrapAround() {
    assertFalse(quota(Long.MAX_VALUE, Long.MAX_VALUE).allows(1));
    assertTrue(quota(Long.MAX_VALUE, 0).allows(Long.MAX_VALUE));
  }

  @Test
  void onlyAliasesCanBeCounted() {
    assertEquals(Optional.of(KEY), ResourceKey.tryParse("alias:gpu"));
    assertEquals(Optional.empty(), ResourceKey.tryParse("gpu"));
    assertThrows(IllegalArgumentException.class, () -> new ResourceKey("alias:"));
    assertThrows(IllegalArgumentException.class, () -> quota(-1L, 0));
  }
}
