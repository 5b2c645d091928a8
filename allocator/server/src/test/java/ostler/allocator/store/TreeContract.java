package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.Together.atOnce;
import static ostler.allocator.store.Orchard.id;
import static ostler.allocator.store.Orchard.limit;
import static ostler.allocator.store.Orchard.under;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.quota.Demand;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.Quota;
import ostler.allocator.quota.QuotaDefault;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.TreePlan.Moved;
import ostler.allocator.quota.Wish;
import ostler.inventory.ProjectId;

/** What every database must do so that no node of the tree exceeds a limit. */
abstract class TreeContract {

  private static final int CALLERS = 64;
  private static final ResourceKey TOTAL = ResourceKey.TOTAL;
  private static final ResourceKey GPU = new ResourceKey("alias:gpu");
  private static final Map<ResourceKey, Long> ONE = Map.of(TOTAL, 1L, GPU, 1L);

  private Orchard orchard;

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException;

  /** A root, two teams under it, and four projects under each. */
  @BeforeEach
  void plant() throws IOException, SQLException {
    orchard = new Orchard(empty());
    List<Wish> wishes =
        new ArrayList<>(
            List.of(
                Wish.of(id("root")).unlimited(GPU),
                under("team-0", "root"),
                under("team-1", "root")));
    for (int i = 0; i < 8; i++) {
      wishes.add(under("p" + i, "team-" + i % 2));
    }
    orchard.tree.apply(wishes, Fleet.TEST).orElseThrow();
  }

  @AfterEach
  void countersAreRightToTheEnd() {
    orchard.verified();
    orchard.close();
  }

  private static ProjectId project(int number) {
    return id("p" + number % 8);
  }

  private static Code refusal(Outcome<?> outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).refusal().code();
  }

  private long used(String project, ResourceKey key) {
    return orchard.quotas.show(id(project)).orElseThrow().stream()
        .filter(line -> line.own().key().equals(key))
        .mapToLong(line -> line.own().used())
        .sum();
  }

  @Test
  void ofManyCallersFromSiblingProjectsForTheirParentsLastUnitExactlyOneWins()
      throws InterruptedException {
    orchard.apply(limit("root", TOTAL, 1)).orElseThrow();
    List<Outcome<UUID>> outcomes = atOnce(CALLERS, i -> orchard.charge(project(i), ONE));
    assertEquals(1, outcomes.stream().filter(o -> o instanceof Outcome.Done<UUID>).count());
    outcomes.stream()
        .filter(outcome -> outcome instanceof Outcome.Refused<UUID>)
        .forEach(outcome -> assertEquals(Code.QUOTA_EXCEEDED, refusal(outcome)));
    assertEquals(1, used("root", TOTAL));
  }

  @Test
  void aChargeCountsAtEveryNodeUpToTheRootAndNowhereElse() {
    orchard
        .apply(limit("root", TOTAL, 9), limit("team-0", TOTAL, 9), limit("team-1", TOTAL, 9))
        .orElseThrow();
    UUID claim = orchard.charge(id("p0"), ONE).orElseThrow();
    assertEquals(1, used("p0", TOTAL));
    assertEquals(1, used("team-0", TOTAL));
    assertEquals(0, used("team-1", TOTAL));
    assertEquals(1, used("root", TOTAL));
    orchard.giveBack(claim);
    assertEquals(0, used("root", TOTAL));
  }

  @Test
  void aRefusalNamesEveryLimitThatIsAgainstItAndTellsATenantOnlyOfItsOwn() {
    orchard
        .apply(limit("root", TOTAL, 1), limit("team-0", GPU, 0), limit("p0", TOTAL, 0))
        .orElseThrow();
    orchard.charge(id("p1"), ONE).orElseThrow();
    Refusal refusal =
        assertInstanceOf(Outcome.Refused.class, orchard.charge(id("p0"), ONE)).refusal();
    assertEquals(
        List.of("team-0", "p0", "root"),
        refusal.reasons().stream().map(reason -> reason.message().split(" ")[1]).toList());
    String told = refusal.forTenant().reasons().toString();
    assertFalse(told.contains("team-0") || told.contains("root"), told);
    assertEquals(3, refusal.forTenant().reasons().size());
  }

  @Test
  void claimsInOneTransactionAreJudgedOneAfterTheOther() {
    orchard.apply(limit("root", TOTAL, 3), limit("p1", TOTAL, 0)).orElseThrow();
    List<Optional<Refusal>> answers = new ArrayList<>();
    orchard
        .desk
        .transactions
        .write(
            () -> {
              answers.addAll(
                  orchard.desk.charges.takeAll(
                      List.of(
                          TreeCharge.Ask.of(id("p0"), Map.of(TOTAL, 2L)),
                          TreeCharge.Ask.of(id("p2"), Map.of(TOTAL, 2L)),
                          TreeCharge.Ask.of(id("p1"), Map.of(TOTAL, 1L)),
                          TreeCharge.Ask.of(id("nobody"), Map.of(TOTAL, 1L)),
                          TreeCharge.Ask.of(id("p3"), Map.of(TOTAL, 1L)))));
              orchard.desk.charges.giveBackAll(
                  List.of(
                      TreeCharge.Ask.of(id("p0"), Map.of(TOTAL, 2L)),
                      TreeCharge.Ask.of(id("p3"), Map.of(TOTAL, 1L))));
              return Outcome.done(answers);
            })
        .orElseThrow();
    assertEquals(
        List.of("", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED", "UNKNOWN_PROJECT", ""),
        answers.stream().map(a -> a.map(refusal -> refusal.code().name()).orElse("")).toList());
  }

  @Test
  void aFirstLimitCountsWhatIsUsedAlready() {
    orchard.charge(id("p0"), ONE).orElseThrow();
    orchard.charge(id("p2"), ONE).orElseThrow();
    TreeDesk.Applied applied = orchard.apply(limit("team-0", TOTAL, 1)).orElseThrow();
    assertEquals(
        List.of(new Quota(id("team-0"), TOTAL, Optional.of(new Limit(1)), 2)), applied.over());
    assertEquals(Code.QUOTA_EXCEEDED, refusal(orchard.charge(id("p0"), ONE)));
    orchard.charge(id("p1"), ONE).orElseThrow();
    orchard.apply(Wish.of(id("team-0")).unset(TOTAL)).orElseThrow();
    orchard.charge(id("p0"), ONE).orElseThrow();
  }

  @Test
  void aKeyThatNobodySetsIsAsTheOperatorsDefaultSays() {
    orchard.apply(Wish.of(id("root")).unset(GPU)).orElseThrow();
    Refusal refusal =
        assertInstanceOf(Outcome.Refused.class, orchard.charge(id("p0"), ONE)).refusal();
    assertEquals(List.of(Code.NO_LIMIT_SET), refusal.reasons().stream().map(Reason::code).toList());
    orchard.charge(id("p0"), Map.of(TOTAL, 1L)).orElseThrow();
    TreePolicy open = new TreePolicy(QuotaDefault.parse("unlimited"), Optional.empty());
    Desk other =
        new Desk(
            orchard.sql(),
            orchard.database.transactions(),
            new RevisionSignal(),
            orchard.desk.clock,
            UUID::randomUUID,
            open);
    assertTrue(other.charges.objection(id("p0"), Demand.of(ONE)).isEmpty());
  }

  @Test
  void unitsThatCouldNotBeCleanedAreNotHandedOut() {
    orchard.apply(limit("team-0", ResourceKey.CLEANING, 2)).orElseThrow();
    UUID dirty = orchard.charge(id("p0"), Map.of(ResourceKey.CLEANING, 2L)).orElseThrow();
    assertEquals(Code.QUOTA_EXCEEDED, refusal(orchard.charge(id("p2"), ONE)));
    orchard.charge(id("p1"), ONE).orElseThrow();
    orchard.giveBack(dirty);
    orchard.charge(id("p2"), ONE).orElseThrow();
  }

  @Test
  void aMoveTakesItsUseAlongAndNoNodeExceedsALimitByIt() {
    orchard
        .apply(limit("root", TOTAL, 4), limit("team-0", TOTAL, 4), limit("team-1", TOTAL, 2))
        .orElseThrow();
    orchard.charge(id("p0"), Map.of(TOTAL, 2L)).orElseThrow();
    orchard.charge(id("p1"), ONE).orElseThrow();
    Outcome<TreeDesk.Applied> tooMuch = orchard.apply(under("p0", "team-1"));
    assertEquals(Code.QUOTA_EXCEEDED, refusal(tooMuch));
    assertEquals(2, used("team-0", TOTAL));
    assertEquals(refusal(tooMuch), refusal(orchard.tree.rehearse(List.of(under("p0", "team-1")))));
    orchard.apply(limit("team-1", TOTAL, 3)).orElseThrow();
    assertEquals(
        List.of(new Moved(id("p0"), Optional.of(id("team-0")), Optional.of(id("team-1")))),
        orchard.tree.rehearse(List.of(under("p0", "team-1"))).orElseThrow().changes());
    assertEquals(2, used("team-0", TOTAL));
    orchard.apply(under("p0", "team-1")).orElseThrow();
    assertEquals(0, used("team-0", TOTAL));
    assertEquals(3, used("team-1", TOTAL));
    assertEquals(3, used("root", TOTAL));
  }

  @Test
  void anAncestorThatIsOverHindersNoMoveBelowItAndNoneThatBringsNothing() {
    orchard.charge(id("p0"), ONE).orElseThrow();
    orchard.apply(limit("root", TOTAL, 0), limit("team-1", TOTAL, 5)).orElseThrow();
    orchard.apply(under("p0", "team-1")).orElseThrow();
    orchard.apply(limit("team-1", TOTAL, 0)).orElseThrow();
    orchard.apply(under("p2", "team-1")).orElseThrow();
    orchard.apply(under("p0", "team-0")).orElseThrow();
    assertEquals(Code.QUOTA_EXCEEDED, refusal(orchard.apply(under("p0", "team-1"))));
  }

  @Test
  void aTreeIsAppliedAsAWholeOrNotAtAll() {
    long before = orchard.quotas.tree().size();
    Outcome<TreeDesk.Applied> outcome =
        orchard.apply(under("new", "root"), limit("root", TOTAL, 5), under("bad", "nobody"));
    Refusal refusal = assertInstanceOf(Outcome.Refused.class, outcome).refusal();
    assertEquals(Code.BAD_TREE, refusal.code());
    assertTrue(refusal.message().startsWith("projects[2].parent: "), refusal.message());
    assertEquals(before, orchard.quotas.tree().size());
    assertEquals(0, orchard.verified().counters());
  }

  @Test
  void thousandsOfProjectsAreMadeAndRearrangedInOneCall() {
    List<Wish> wishes = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      String parent = i < 10 ? "root" : "n" + i / 10;
      wishes.add(under("n" + i, parent).limited(TOTAL, new Limit(i)).limited(GPU, new Limit(9)));
    }
    assertEquals(6000, orchard.tree.apply(wishes, Fleet.TEST).orElseThrow().changes().size());
    assertEquals(4000, orchard.verified().counters());
    orchard.charge(id("n1999"), ONE).orElseThrow();
    orchard.apply(under("n19", "team-1"), under("n1", "p0")).orElseThrow();
    assertEquals(1, used("team-1", TOTAL));
    assertEquals(0, used("n1", TOTAL));
    assertEquals(List.of(), orchard.tree.apply(asTheyAre(), Fleet.TEST).orElseThrow().changes());
  }

  /** The tree as it is, in wishes. */
  private List<Wish> asTheyAre() {
    return orchard.quotas.tree().stream()
        .map(
            node -> {
              Wish wish =
                  Wish.of(node.project().id())
                      .named(node.project().name())
                      .under(new Wish.Under(node.project().parent()));
              for (Quota quota : node.limits()) {
                wish = wish.limited(quota.key(), quota.limit().orElseThrow());
              }
              return wish;
            })
        .toList();
  }

  @Test
  void onlyAProjectThatHasNothingIsDeletedAndOneOfTheSameNameBeginsAnew() {
    assertEquals(Code.NOT_EMPTY, refusal(orchard.tree.delete(id("team-0"), Fleet.TEST)));
    UUID claim = orchard.charge(id("p0"), ONE).orElseThrow();
    assertEquals(Code.NOT_EMPTY, refusal(orchard.tree.delete(id("p0"), Fleet.TEST)));
    orchard.giveBack(claim);
    orchard.apply(limit("p0", TOTAL, 0)).orElseThrow();
    orchard.tree.delete(id("p0"), Fleet.TEST).orElseThrow();
    assertEquals(Code.UNKNOWN_PROJECT, refusal(orchard.charge(id("p0"), ONE)));
    assertEquals(Code.UNKNOWN_PROJECT, refusal(orchard.tree.delete(id("p0"), Fleet.TEST)));
    orchard.apply(limit("team-1", TOTAL, 0), under("p0", "team-1")).orElseThrow();
    assertEquals(Code.QUOTA_EXCEEDED, refusal(orchard.charge(id("p0"), ONE)));
    orchard.apply(under("p0", "team-0")).orElseThrow();
    orchard.charge(id("p0"), ONE).orElseThrow();
  }

  @Test
  void anUnknownProjectIsMadeWhereTheOperatorWantsItAndLeftWhereItIsThen()
      throws InterruptedException {
    TreePolicy policy = new TreePolicy(QuotaDefault.SHIPPED, Optional.of(id("team-0")));
    TreeDesk desk =
        new TreeDesk(
            new Desk(
                orchard.sql(),
                orchard.database.transactions(),
                new RevisionSignal(),
                orchard.desk.clock,
                UUID::randomUUID,
                policy));
    atOnce(8, i -> desk.welcome(id("guest"), Fleet.TEST)).forEach(Outcome::orElseThrow);
    assertTrue(orchard.desk.projects.isWithin(id("guest"), id("team-0")));
    orchard.apply(under("guest", "team-1")).orElseThrow();
    desk.welcome(id("guest"), Fleet.TEST).orElseThrow();
    assertFalse(orchard.desk.projects.isWithin(id("guest"), id("team-0")));
    orchard.tree.welcome(id("stranger"), Fleet.TEST).orElseThrow();
    assertEquals(Optional.empty(), orchard.desk.projects.find(id("stranger")));
  }

  @Test
  void driftIsFoundNamedAndSetRight() {
    orchard.apply(limit("root", TOTAL, 5), limit("p0", TOTAL, 5)).orElseThrow();
    orchard.charge(id("p0"), ONE).orElseThrow();
    orchard.sql().sql("UPDATE quota SET used_count = 4 WHERE project_id = 'root'").update();
    assertEquals(
        List.of("root 4 1"),
        orchard.quotas.verify().drifts().stream()
            .map(d -> d.quota().project() + " " + d.quota().used() + " " + d.counted())
            .toList());
    assertEquals(1, orchard.quotas.fix(Fleet.TEST).orElseThrow().drifts().size());
    assertEquals(2, orchard.verified().counters());
  }

  @Test
  void noGrantLeavesANodeOverItsLimitHoweverLimitsAreLoweredMeanwhile()
      throws InterruptedException {
    orchard.apply(limit("root", TOTAL, 6), limit("team-0", TOTAL, 3)).orElseThrow();
    disturbed(
        random -> {
          String node = random.nextBoolean() ? "root" : "team-" + random.nextInt(2);
          orchard.apply(limit(node, TOTAL, random.nextInt(7))).orElseThrow();
        });
  }

  @Test
  void noGrantLeavesANodeOverItsLimitHoweverProjectsMoveMeanwhile() throws InterruptedException {
    orchard
        .apply(limit("root", TOTAL, 9), limit("team-0", TOTAL, 4), limit("team-1", TOTAL, 5))
        .orElseThrow();
    disturbed(
        random -> {
          Outcome<TreeDesk.Applied> moved =
              orchard.apply(under("p" + random.nextInt(8), "team-" + random.nextInt(2)));
          if (moved instanceof Outcome.Refused<TreeDesk.Applied> refused) {
            assertEquals(Code.QUOTA_EXCEEDED, refused.refusal().code());
          }
        });
  }

  @Test
  void countersStayExactHoweverLimitsComeAndGoMeanwhile() throws InterruptedException {
    disturbed(
        random -> {
          Wish wish = Wish.of(id(random.nextBoolean() ? "team-" + random.nextInt(2) : "root"));
          orchard
              .apply(
                  switch (random.nextInt(3)) {
                    case 0 -> wish.unset(TOTAL);
                    case 1 -> wish.unlimited(TOTAL);
                    default -> wish.limited(TOTAL, new Limit(random.nextInt(9)));
                  })
              .orElseThrow();
          orchard.verified();
        });
  }

  /** Does something to the tree. */
  private interface Disturbance {
    void by(Random random);
  }

  /** Charges come and go while the tree changes; each charge looks whether it may be. */
  private void disturbed(Disturbance disturbance) throws InterruptedException {
    long seed = new Random().nextLong();
    List<Integer> granted =
        atOnce(
            8,
            worker -> {
              Random random = new Random(seed + worker);
              return worker < 2 ? disturb(disturbance, random) : chargeAndGiveBack(random);
            });
    assertTrue(granted.stream().mapToInt(Integer::intValue).sum() > 0, "seed " + seed);
    orchard.verified();
  }

  private static int disturb(Disturbance disturbance, Random random) {
    IntStream.range(0, 25).forEach(i -> disturbance.by(random));
    return 0;
  }

  private int chargeAndGiveBack(Random random) {
    List<UUID> live = new ArrayList<>();
    int granted = 0;
    for (int i = 0; i < 40; i++) {
      if (live.size() > 2) {
        orchard.giveBack(live.remove(random.nextInt(live.size())));
      }
      ProjectId project = project(random.nextInt(8));
      Outcome<UUID> outcome =
          orchard.charge(project, ONE, () -> orchard.assertWithinLimits(project));
      if (outcome instanceof Outcome.Done<UUID> done) {
        live.add(done.value());
        granted++;
      } else {
        assertTrue(Set.of(Code.QUOTA_EXCEEDED, Code.BUSY).contains(refusal(outcome)));
      }
    }
    live.forEach(orchard::giveBack);
    return granted;
  }

  /** The SQL tree and a naive one in memory are asked the same, and must say the same. */
  @Test
  void itDoesWhatANaiveTreeDoes() {
    long seed = new Random().nextLong();
    try {
      new NaiveTree(orchard, new Random(seed)).compare(300);
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }
}
