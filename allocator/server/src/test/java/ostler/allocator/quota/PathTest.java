package ostler.allocator.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import ostler.allocator.quota.Path.Level;
import ostler.allocator.quota.ResourceKey.Family;
import ostler.allocator.quota.Verdict.Objection;
import ostler.flavor.AliasName;
import ostler.inventory.ProjectId;

final class PathTest {

  private static final ResourceKey GPU = ResourceKey.of(new AliasName("gpu"));
  private static final QuotaDefault ANY = new QuotaDefault(EnumSet.noneOf(Family.class));

  private static Quota quota(String project, ResourceKey key, long limit, long used) {
    return new Quota(new ProjectId(project), key, Optional.of(new Limit(limit)), used);
  }

  /** A path of leaf, team and root, with these limits. */
  private static Path path(Quota... quotas) {
    List<Level> levels = new ArrayList<>();
    for (String project : List.of("leaf", "team", "root")) {
      Map<ResourceKey, Quota> own = new TreeMap<>();
      for (Quota quota : quotas) {
        if (quota.project().value().equals(project)) {
          own.put(quota.key(), quota);
        }
      }
      levels.add(new Level(new ProjectId(project), own));
    }
    return new Path(levels);
  }

  private static Demand gpus(long count) {
    return Demand.of(Map.of(GPU, count));
  }

  private static Verdict judge(Path path, long count) {
    return path.judge(gpus(count), QuotaDefault.SHIPPED);
  }

  private static List<String> sentences(Verdict verdict) {
    return verdict.objections().stream().map(Objection::sentence).toList();
  }

  @Test
  void whatFitsUnderEveryLimitIsGranted() {
    Path path = path(quota("leaf", GPU, 2, 1), quota("team", GPU, 4, 3), quota("root", GPU, 9, 8));
    assertTrue(judge(path, 1).isAllowed());
    assertFalse(judge(path, 2).isAllowed());
  }

  @Test
  void anAncestorsLimitBindsAsOnesOwnDoes() {
    Verdict verdict = judge(path(quota("leaf", GPU, 10, 1), quota("root", GPU, 8, 8)), 1);
    assertEquals(
        List.of(
            "project root uses 8 of 8 for alias:gpu with all below it, and project leaf asked for"
                + " 1 more; release something, or ask an operator for more"),
        sentences(verdict));
    assertEquals(new ProjectId("root"), verdict.binding().orElseThrow().project());
  }

  @Test
  void aLimitThatIsJustReachedGrants() {
    assertTrue(judge(path(quota("root", GPU, 3, 0)), 3).isAllowed());
    assertFalse(judge(path(quota("root", GPU, 3, 1)), 3).isAllowed());
  }

  @Test
  void aLimitOf0AnywhereOnThePathGrantsNothing() {
    assertFalse(judge(path(quota("leaf", GPU, 5, 0), quota("root", GPU, 0, 0)), 1).isAllowed());
  }

  @Test
  void minus1AnywhereOnThePathIsADecisionSoTheDefaultDoesNotApply() {
    assertTrue(judge(path(quota("root", GPU, -1, 0)), Limit.MAX).isAllowed());
    assertEquals(Optional.empty(), judge(path(quota("root", GPU, -1, 0)), 1).binding());
  }

  @Test
  void minus1BelowDoesNotLiftALimitAboveNorMinus1AboveOneBelow() {
    assertFalse(judge(path(quota("leaf", GPU, -1, 0), quota("root", GPU, 1, 1)), 1).isAllowed());
    assertFalse(judge(path(quota("leaf", GPU, 1, 1), quota("root", GPU, -1, 0)), 1).isAllowed());
  }

  @Test
  void whatNobodyOnThePathSetsIsAsTheServersDefaultSays() {
    assertEquals(
        List.of(
            "project leaf has no limit for alias:gpu, which allows nothing; ask an operator to"
                + " set one"),
        sentences(judge(path(), 1)));
    assertTrue(path().judge(gpus(1), ANY).isAllowed());
    Demand units = Demand.of(Map.of(ResourceKey.TOTAL, 1L));
    assertTrue(path().judge(units, QuotaDefault.SHIPPED).isAllowed());
    assertFalse(path().judge(units, QuotaDefault.parse("deny")).isAllowed());
  }

  @Test
  void oneLimitAnywhereOnThePathIsEnoughForTheWholePath() {
    assertTrue(judge(path(quota("team", GPU, 1, 0)), 1).isAllowed());
  }

  @Test
  void everyExceededLimitIsAReasonInOrderOfKeyAndThenUpwards() {
    Path path =
        path(
            quota("leaf", GPU, 1, 1),
            quota("root", GPU, 1, 1),
            quota("team", ResourceKey.TOTAL, 1, 1));
    Verdict verdict =
        path.judge(Demand.of(Map.of(GPU, 1L, ResourceKey.TOTAL, 1L)), QuotaDefault.SHIPPED);
    assertEquals(
        List.of("leaf alias:gpu", "root alias:gpu", "team total"),
        verdict.objections().stream()
            .map(objection -> (Verdict.Exceeded) objection)
            .map(exceeded -> exceeded.project() + " " + exceeded.quota().key())
            .toList());
  }

  @Test
  void theBindingLimitIsTheOneThatLeavesLeastAndOfEqualsTheDeepest() {
    Path path = path(quota("leaf", GPU, 5, 1), quota("team", GPU, 9, 7), quota("root", GPU, 8, 6));
    assertEquals(new ProjectId("team"), judge(path, 1).binding().orElseThrow().project());
  }

  @Test
  void aPathThatIsOverALimitGrantsNothingOfThatKeyAndGoesOnWithOthers() {
    Path path = path(quota("root", GPU, 1, 3), quota("leaf", ResourceKey.TOTAL, 9, 3));
    assertFalse(judge(path, 1).isAllowed());
    assertTrue(
        path.judge(Demand.of(Map.of(ResourceKey.TOTAL, 1L)), QuotaDefault.SHIPPED).isAllowed());
  }

  @Test
  void hugeNumbersDoNotWrapAround() {
    Path full = path(quota("root", GPU, Limit.MAX, Limit.MAX));
    assertFalse(judge(full, 1).isAllowed());
    assertFalse(judge(full, Limit.MAX).isAllowed());
    assertTrue(judge(path(quota("root", GPU, Limit.MAX, 0)), Limit.MAX).isAllowed());
  }

  @Test
  void unitsAreRefusedThatCouldNotBeCleanedWhenTheyComeBack() {
    Path path = path(quota("team", ResourceKey.CLEANING, 4, 3));
    Demand two = Demand.of(Map.of(ResourceKey.TOTAL, 2L));
    Demand one = Demand.of(Map.of(ResourceKey.TOTAL, 1L));
    assertTrue(path.judge(one, QuotaDefault.SHIPPED).isAllowed());
    assertEquals(
        List.of(
            "project team has 3 units to be cleaned and may have 4, so that 2 more for project"
                + " leaf could not be cleaned when they come back; wait until some are clean"),
        sentences(path.judge(two, QuotaDefault.SHIPPED)));
  }

  @Test
  void aTenantIsNotToldWhoIsAboveItNorHowMuchTheyUse() {
    Verdict verdict = judge(path(quota("leaf", GPU, 1, 1), quota("root", GPU, 8, 8)), 1);
    assertEquals(
        List.of(
            "project leaf uses 1 of 1 for alias:gpu and asked for 1 more; release something, or"
                + " ask an operator for more",
            "a limit above project leaf leaves less than the 1 more for alias:gpu that it asked"
                + " for; release something, or ask an operator for more"),
        verdict.objections().stream().map(Objection::sentenceForTenant).toList());
  }

  @Test
  void anExplanationHasALineForEveryLevelAndTheDefaultsWhereNobodySetsTheKey() {
    Path path = path(quota("team", GPU, 2, 2));
    Explanation explanation =
        path.explain(Demand.of(Map.of(GPU, 1L, ResourceKey.FRACTION, 5040L)), QuotaDefault.SHIPPED);
    assertEquals(
        List.of(
            "alias:gpu leaf true",
            "alias:gpu team false",
            "alias:gpu root true",
            "fraction leaf true",
            "fraction team true",
            "fraction root true",
            "fraction default true"),
        explanation.lines().stream()
            .map(
                line ->
                    line.key()
                        + " "
                        + line.quota().map(q -> q.project().value()).orElse("default")
                        + " "
                        + line.allowed())
            .toList());
    assertFalse(explanation.verdict().isAllowed());
  }

  @Test
  void amountsAndPathsHaveBounds() {
    assertThrows(IllegalArgumentException.class, () -> gpus(0));
    assertThrows(IllegalArgumentException.class, () -> gpus(-1));
    assertThrows(IllegalArgumentException.class, () -> gpus(Limit.MAX + 1));
    assertThrows(IllegalArgumentException.class, () -> new Path(List.of()));
    Level level = new Level(new ProjectId("p"), Map.of());
    List<Level> tooMany = Collections.nCopies(Path.MAX_LEVELS + 1, level);
    assertThrows(IllegalArgumentException.class, () -> new Path(tooMany));
  }
}
