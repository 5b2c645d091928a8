package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.Together.atOnce;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.Machine;
import ostler.allocator.engine.Ailment;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Finding;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Layout.Count;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.engine.Where;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.SliceDesk.Declaration;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.PciNumber;
import ostler.flavor.TraitWish;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.ProjectId;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/** What every database must do so that parents are cut, handed out in slices and turned over. */
abstract class SliceContract {

  private static final int CALLERS = 16;
  private static final AliasName SLICE = new AliasName("slice");
  private static final ProjectId P2 = new ProjectId("p2");
  private static final SliceTypeName A = new SliceTypeName("LAB-4Q");
  private static final SliceTypeName B = new SliceTypeName("LAB-8Q");
  private static final Map<String, Integer> TYPES = Map.of("LAB-4Q", 4, "LAB-8Q", 2);

  private Fleet fleet;
  private FakeAgent agent;

  /** A new and empty database. */
  abstract Database.Settings empty() throws SQLException;

  @BeforeEach
  void open() throws IOException, SQLException {
    fleet = new Fleet(empty());
    fleet.withProject(100);
    fleet
        .treeDesk
        .apply(
            List.of(
                Wish.of(P2).limited(ResourceKey.of(SLICE), new Limit(100)),
                Wish.of(Fleet.P1).limited(ResourceKey.of(SLICE), new Limit(100))),
            Fleet.TEST)
        .orElseThrow();
    alias(UnitKind.MDEV);
  }

  @AfterEach
  void soundToTheEnd() {
    fleet.assertSound();
    assertEquals(List.of(), fleet.desk.doctor().examine().findings());
    fleet.close();
  }

  private void alias(UnitKind kind) {
    SortedSet<TraitWish> none = new TreeSet<>();
    AliasRule rule =
        new AliasRule(
            Optional.of(PciNumber.parse("1002")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            kind,
            Optional.empty(),
            none);
    fleet.aliasDesk.save(new Alias(SLICE, rule, WipeLevel.VENDOR), Fleet.TEST).orElseThrow();
  }

  /** A host with one clean card that can be cut into mediated devices. */
  private Unit parent() {
    agent = fleet.withHost("gpu-1", 1);
    agent.cards().mdev(1, TYPES);
    fleet.converge(agent);
    return fleet.card();
  }

  private List<UnitState> states() {
    return fleet.slices().stream().map(Unit::state).distinct().toList();
  }

  private static Layout layout(boolean shared, Count... counts) {
    return new Layout(UnitKind.MDEV, List.of(counts), 0, shared, true, WipeLevel.L3);
  }

  private static Count of(SliceTypeName type, int count) {
    return new Count(type, count);
  }

  private void cut(Unit parent, Layout layout) {
    declare(parent, layout).orElseThrow();
    fleet.sliceDesk.apply(parent.id(), false, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
  }

  private Outcome<SliceDesk.Picture> declare(Unit parent, Layout layout) {
    return fleet.sliceDesk.declare(
        parent.id(), new Declaration(layout, Optional.empty()), false, Fleet.TEST);
  }

  private Outcome<Claim> claim(ProjectId project, int count) {
    return fleet.claimDesk.claim(request(project, count), Fleet.TEST);
  }

  private static ClaimRequest request(ProjectId project, int count) {
    return new ClaimRequest(
        new ClaimId(UUID.randomUUID()), project, SLICE, count, Optional.empty(), Fleet.VM);
  }

  private static Set<Code> reasons(Outcome<?> outcome) {
    Set<Code> codes = new HashSet<>();
    ((Outcome.Refused<?>) outcome).refusal().reasons().forEach(reason -> codes.add(reason.code()));
    return codes;
  }

  @Test
  void aParentIsCutByItsLayoutAndItsSlicesAreClean() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2), of(B, 1)));
    assertEquals(UnitState.SLICED, fleet.unit(parent.id()).state());
    assertEquals(3, fleet.slices().size());
    assertEquals(List.of(UnitState.CLEAN), states());
    assertEquals(3, agent.cards().makings());
    assertEquals(
        List.of(1260, 1260, 2520),
        fleet.slices().stream().map(unit -> unit.slice().orElseThrow().weight()).sorted().toList());
    assertEquals(
        List.of(4096L, 4096L, 8192L),
        fleet.slices().stream()
            .map(unit -> unit.slice().orElseThrow().memoryMib().orElseThrow())
            .sorted()
            .toList());
    assertEquals(
        WipeLevel.VENDOR, fleet.slices().get(0).cleaning().certificate().orElseThrow().level());
  }

  @Test
  void aParentServesOneProjectAndIsWipedAsAWholeBeforeTheNext() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    Claim first = claim(Fleet.P1, 1).orElseThrow();
    Outcome<Claim> other = claim(P2, 1);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(other));
    assertTrue(reasons(other).contains(Code.PARENT_TAKEN), other.toString());
    Claim second = claim(Fleet.P1, 1).orElseThrow();
    fleet.converge(agent);
    assertEquals(List.of(UnitState.READY), states());
    long wipes = wipesOf(parent.id());

    fleet.release(first.id());
    fleet.converge(agent);
    assertEquals(Optional.of(Fleet.P1), fleet.unit(parent.id()).cut().project());
    assertEquals(wipes, wipesOf(parent.id()));
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(claim(P2, 1)));

    fleet.release(second.id());
    fleet.converge(agent);
    Unit after = fleet.unit(parent.id());
    assertEquals(UnitState.SLICED, after.state());
    assertEquals(Optional.empty(), after.cut().project());
    assertEquals(wipes + 1, wipesOf(parent.id()));
    assertEquals(List.of(UnitState.CLEAN), states());
    assertEquals(2, fleet.slices().size());
    assertEquals(ClaimState.PREPARING, claim(P2, 2).orElseThrow().state());
    fleet.converge(agent);
    assertEquals(List.of(UnitState.READY), states());
  }

  private long wipesOf(UnitId unit) {
    return fleet
        .sql
        .sql("SELECT COUNT(*) FROM wipe_record WHERE unit_id = ?")
        .param(unit.value())
        .query(Long.class)
        .single();
  }

  @Test
  void aSharedParentServesSeveralProjectsAndIsNotTurnedOver() {
    Unit parent = parent();
    cut(parent, layout(true, of(A, 2)));
    Claim first = claim(Fleet.P1, 1).orElseThrow();
    claim(P2, 1).orElseThrow();
    fleet.converge(agent);
    assertEquals(List.of(UnitState.READY), states());
    fleet.release(first.id());
    fleet.converge(agent);
    assertEquals(Set.of(UnitState.CLEAN, UnitState.READY), Set.copyOf(states()));
    assertEquals(3, agent.cards().makings());
    claim(P2, 1).orElseThrow();
  }

  @Test
  void ofTwoProjectsThatAskAtOnceForOneParentExactlyOneIsServed() throws InterruptedException {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 4)));
    List<Outcome<Claim>> outcomes = atOnce(CALLERS, i -> claim(i % 2 == 0 ? Fleet.P1 : P2, 1));
    Set<ProjectId> served = new HashSet<>();
    long won =
        outcomes.stream()
            .filter(outcome -> outcome instanceof Outcome.Done<Claim>)
            .peek(outcome -> served.add(outcome.orElseThrow().project()))
            .count();
    assertEquals(4, won);
    assertEquals(1, served.size());
    assertEquals(Optional.of(served.iterator().next()), fleet.unit(parent.id()).cut().project());
  }

  @Test
  void ofTwoAllocatorsThatAskForTheLastSliceExactlyOneWins() throws InterruptedException {
    Unit parent = parent();
    cut(parent, layout(true, of(B, 1)));
    ClaimDesk other = new ClaimDesk(fleet.another());
    List<Outcome<Claim>> outcomes =
        atOnce(
            CALLERS,
            i ->
                (i % 2 == 0 ? fleet.claimDesk : other)
                    .claim(request(i % 4 < 2 ? Fleet.P1 : P2, 1), Fleet.TEST));
    assertEquals(
        1, outcomes.stream().filter(outcome -> outcome instanceof Outcome.Done<Claim>).count());
  }

  @Test
  void severalSlicesOfOneClaimComeAndGoTogether() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 3)));
    Claim claim = claim(Fleet.P1, 3).orElseThrow();
    fleet.converge(agent);
    assertEquals(3, fleet.desk.units.ofClaim(claim.id()).size());
    UnitId held = fleet.slices().get(0).id();
    agent.held(held, "vm-1");
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(UnitState.RELEASING, fleet.unit(held).state());
    assertEquals(Optional.of(Fleet.P1), fleet.unit(parent.id()).cut().project());
    agent.letGo(held);
    fleet.converge(agent);
    assertEquals(List.of(UnitState.CLEAN), states());
    assertEquals(Optional.empty(), fleet.unit(parent.id()).cut().project());
  }

  @Test
  void aWholeUnitIsNoRivalOfSlicesAndAParentIsNotHandedOutWhole() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    Outcome<Claim> whole = fleet.claim(1);
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(whole));
    assertEquals(Set.of(Code.SLICED), reasons(whole));
  }

  @Test
  void aLayoutChangesOnlyWhileNobodyHasAnyOfIt() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    Claim claim = claim(Fleet.P1, 1).orElseThrow();
    declare(parent, layout(false, of(B, 1))).orElseThrow();
    SliceDesk.Applied dry = fleet.sliceDesk.apply(parent.id(), true, Fleet.TEST).orElseThrow();
    assertEquals(1, dry.holders().size());
    assertFalse(dry.changes().isEmpty());
    for (Outcome<SliceDesk.Applied> no :
        List.of(
            fleet.sliceDesk.apply(parent.id(), false, Fleet.TEST),
            fleet.sliceDesk.remove(parent.id(), Fleet.TEST))) {
      assertEquals(Code.LAYOUT_IN_USE, Fleet.refusal(no));
      List<Reason> reasons = ((Outcome.Refused<?>) no).refusal().reasons();
      assertTrue(reasons.get(0).message().contains(claim.id().toString()), reasons.toString());
    }
    fleet.release(claim.id());
    fleet.converge(agent);
    fleet.sliceDesk.apply(parent.id(), false, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(
        List.of(Optional.of(B)),
        fleet.slices().stream().map(unit -> unit.slice().orElseThrow().type()).toList());
  }

  @Test
  void aParentWhoseLayoutIsRemovedBecomesWholeAgain() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    fleet.sliceDesk.remove(parent.id(), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.unit(parent.id()).state());
    assertEquals(List.of(), fleet.slices());
    assertEquals(Set.of(), agent.cards().made());
    assertEquals(1, fleet.claim(1).orElseThrow().parts().size());
    assertEquals(
        Code.LAYOUT_IN_USE,
        Fleet.refusal(
            declare(parent, layout(false, of(A, 2)))
                .then(set -> fleet.sliceDesk.apply(parent.id(), false, Fleet.TEST))));
  }

  @Test
  void slicesAreAddedAndTakenAwayOneByOne() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 1)));
    claim(Fleet.P1, 1).orElseThrow();
    fleet.converge(agent);
    UnitId held = fleet.slices().get(0).id();
    fleet.sliceDesk.add(parent.id(), A, 2, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(3, fleet.slices().size());
    assertEquals(
        Code.LAYOUT_DOES_NOT_FIT,
        Fleet.refusal(fleet.sliceDesk.add(parent.id(), A, 2, Fleet.TEST)));
    assertEquals(
        Code.LAYOUT_UNKNOWN_TYPE,
        Fleet.refusal(fleet.sliceDesk.add(parent.id(), new SliceTypeName("OLD"), 1, Fleet.TEST)));
    assertEquals(Code.LAYOUT_IN_USE, Fleet.refusal(fleet.sliceDesk.takeAway(held, Fleet.TEST)));
    UnitId free =
        fleet.slices().stream()
            .filter(unit -> unit.claim().isEmpty())
            .findFirst()
            .orElseThrow()
            .id();
    fleet.sliceDesk.takeAway(free, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.UNMANAGED, fleet.unit(free).state());
    assertEquals(2, fleet.slices().size());
    assertEquals(
        2, fleet.sliceDesk.show(parent.id()).orElseThrow().applied().orElseThrow().count());
    assertEquals(Optional.of(Fleet.P1), fleet.unit(parent.id()).cut().project());
  }

  @Test
  void aLayoutWhoseTypesAreNotKnownYetIsJudgedWhenTheyAre() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 3), of(B, 1)));
    assertEquals(UnitState.SLICED, fleet.unit(parent.id()).state());
    assertEquals(List.of(), fleet.slices());
    SliceDesk.Picture picture = fleet.sliceDesk.show(parent.id()).orElseThrow();
    assertEquals(Code.LAYOUT_DOES_NOT_FIT, picture.waitsFor().orElseThrow().code());
    assertEquals(Code.LAYOUT_DOES_NOT_FIT, Fleet.refusal(declare(parent, layout(false, of(A, 5)))));
    cut(parent, layout(false, of(A, 4)));
    assertEquals(4, fleet.slices().size());
  }

  @Test
  void whatIsNoParentHasNoLayout() {
    Unit parent = parent();
    assertEquals(Code.NO_LAYOUT, Fleet.refusal(fleet.sliceDesk.show(parent.id())));
    assertEquals(
        Code.NO_LAYOUT, Fleet.refusal(fleet.sliceDesk.apply(parent.id(), false, Fleet.TEST)));
    assertEquals(
        Code.NOT_A_PARENT,
        Fleet.refusal(
            declare(
                parent, new Layout(UnitKind.SRIOV_VF, List.of(), 4, false, false, WipeLevel.L3))));
    cut(parent, layout(false, of(A, 1)));
    Unit slice = fleet.slices().get(0);
    assertEquals(Code.NOT_A_PARENT, Fleet.refusal(declare(slice, layout(false, of(A, 1)))));
    assertEquals(
        Code.NOT_A_PARENT, Fleet.refusal(fleet.sliceDesk.takeAway(parent.id(), Fleet.TEST)));
    assertEquals(
        Code.UNKNOWN_UNIT, Fleet.refusal(fleet.sliceDesk.show(new UnitId(UUID.randomUUID()))));
  }

  @Test
  void plainFunctionsAreUnitsOfTheirOwnAndComeBackAfterATurnover() {
    agent = fleet.withHost(Machine.withGpus("gpu-1", 1));
    agent.cards().plain(1, 4);
    fleet.converge(agent);
    Unit parent = fleet.card();
    alias(UnitKind.SRIOV_VF);
    Layout functions = new Layout(UnitKind.SRIOV_VF, List.of(), 2, false, false, WipeLevel.L3);
    cut(parent, functions);
    assertEquals(2, fleet.slices().size());
    assertEquals(List.of(UnitState.CLEAN), states());
    Set<UnitId> before = new HashSet<>(fleet.slices().stream().map(Unit::id).toList());
    Claim claim = claim(Fleet.P1, 2).orElseThrow();
    assertEquals(Set.of(Code.CLAIMED), reasons(claim(Fleet.P1, 1)));
    fleet.converge(agent);
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(List.of(UnitState.CLEAN), states());
    assertEquals(before, new HashSet<>(fleet.slices().stream().map(Unit::id).toList()));
    cut(parent, new Layout(UnitKind.SRIOV_VF, List.of(), 4, false, false, WipeLevel.L3));
    assertEquals(4, fleet.slices().size());
    assertEquals(List.of(UnitState.CLEAN), states());
  }

  @Test
  void vendorsFunctionsGetTheirTypesInOrder() {
    agent = fleet.withHost(Machine.withGpus("gpu-1", 1));
    agent.cards().vendor(1, 4, TYPES);
    fleet.converge(agent);
    alias(UnitKind.VENDOR_VF);
    cut(
        fleet.card(),
        new Layout(UnitKind.VENDOR_VF, List.of(of(A, 2), of(B, 1)), 3, false, true, WipeLevel.L3));
    assertEquals(3, fleet.slices().size());
    assertEquals(List.of(UnitState.CLEAN), states());
    Claim claim = claim(Fleet.P1, 1).orElseThrow();
    fleet.converge(agent);
    fleet.release(claim.id());
    fleet.converge(agent);
    assertEquals(List.of(UnitState.CLEAN), states());
    assertEquals(6, agent.cards().makings());
  }

  @Test
  void aSliceIsTheSameShareOfItsCardHoweverFewFunctionsThereAre() {
    agent = fleet.withHost(Machine.withGpus("gpu-1", 1));
    agent.cards().vendor(1, 4, TYPES);
    fleet.converge(agent);
    for (int functions = 1; functions <= 4; functions++) {
      cut(
          fleet.card(),
          new Layout(UnitKind.VENDOR_VF, List.of(of(A, 1)), functions, false, false, WipeLevel.L3));
      assertEquals(
          List.of(1260),
          fleet.slices().stream().map(unit -> unit.slice().orElseThrow().weight()).toList());
    }
  }

  @Test
  void aTypeOfWhichNobodyKnowsHowManyItsCardHoldsIsNotMadeUntilSomebodySaysIt() {
    agent = fleet.withHost(Machine.withGpus("gpu-1", 1));
    agent.cards().vendor(1, 4, TYPES);
    agent.cards().unlimited(1);
    fleet.converge(agent);
    Layout layout =
        new Layout(UnitKind.VENDOR_VF, List.of(of(A, 1)), 2, false, false, WipeLevel.L3);
    cut(fleet.card(), layout);
    assertEquals(List.of(), fleet.slices());
    SliceDesk.Picture picture = fleet.sliceDesk.show(fleet.card().id()).orElseThrow();
    assertEquals(Code.LAYOUT_SHARE_UNKNOWN, picture.waitsFor().orElseThrow().code());
    assertEquals(Code.LAYOUT_SHARE_UNKNOWN, Fleet.refusal(declare(fleet.card(), layout)));
    agent.cards().vendor(1, 4, TYPES);
    fleet.report(agent);
    fleet.converge(agent);
    assertEquals(1260, fleet.slices().get(0).slice().orElseThrow().weight());
  }

  @Test
  void aCardIsNotGivenALayoutOfAKindThatItsDriverDoesNotHave() {
    agent = fleet.withHost(Machine.withGpus("gpu-1", 1));
    agent.cards().plain(1, 4);
    fleet.converge(agent);
    Unit card = fleet.card();
    Layout plain = new Layout(UnitKind.SRIOV_VF, List.of(), 2, false, false, WipeLevel.L3);
    Layout mediated = layout(false, of(A, 1));
    declare(card, mediated).orElseThrow();
    cut(card, plain);
    for (UnitState state : List.of(UnitState.SLICED, UnitState.CLEAN)) {
      assertEquals(state, fleet.card().state());
      Outcome<SliceDesk.Picture> refused = declare(card, mediated);
      assertEquals(Code.NOT_A_PARENT, Fleet.refusal(refused));
      assertTrue(
          ((Outcome.Refused<?>) refused)
              .refusal()
              .message()
              .startsWith("kind: the card cannot be cut by mdev"),
          refused.toString());
      if (state == UnitState.SLICED) {
        assertEquals(2, fleet.slices().size());
        assertEquals(Optional.of(plain), fleet.desk.layouts.declared(card.id()));
        fleet.sliceDesk.remove(card.id(), Fleet.TEST).orElseThrow();
        fleet.converge(agent);
      }
    }
    assertEquals(Optional.empty(), fleet.desk.layouts.declared(card.id()));
  }

  @Test
  void aLayoutOfAKindThatTheCardProvedNotToHaveSinceIsNotAppliedEither() {
    agent = fleet.withHost(Machine.withGpus("gpu-1", 1));
    agent.cards().plain(1, 4);
    fleet.converge(agent);
    Unit card = fleet.card();
    declare(card, layout(false, of(A, 1))).orElseThrow();
    fleet.sliceDesk.apply(card.id(), false, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    for (boolean dry : List.of(true, false)) {
      assertEquals(
          Code.NOT_A_PARENT, Fleet.refusal(fleet.sliceDesk.apply(card.id(), dry, Fleet.TEST)));
    }
    assertEquals(
        Code.NOT_A_PARENT,
        fleet.sliceDesk.show(card.id()).orElseThrow().waitsFor().orElseThrow().code());
    fleet.sliceDesk.remove(card.id(), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.card().state());
  }

  @Test
  void anInstanceThatNoGuardCanKeepIsFoundWithoutThePictureInMemory() {
    agent = fleet.withHost("gpu-1", 1);
    agent.cards().mig(1, TYPES);
    fleet.converge(agent);
    alias(UnitKind.MIG);
    cut(fleet.card(), new Layout(UnitKind.MIG, List.of(of(A, 2)), 0, false, false, WipeLevel.L3));
    assertEquals(List.of(UnitState.CLEAN), states());
    assertTrue(fleet.desk.fleet.fleet() instanceof Outcome.Refused, "nobody has looked yet");
    assertEquals(UnitKind.MIG, fleet.slices().get(0).kind());
    claim(Fleet.P1, 2).orElseThrow();
  }

  @Test
  void aSliceThatIsTakenByForceKeepsItsParentUntilItsHostHasRestarted() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    Claim claim = claim(Fleet.P1, 1).orElseThrow();
    fleet.converge(agent);
    UnitId held = fleet.desk.units.ofClaim(claim.id()).get(0).id();
    fleet.claimDesk.abandon(claim.id(), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.SLICED, fleet.unit(parent.id()).state());
    assertTrue(fleet.unit(parent.id()).cut().emptying());
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(claim(P2, 1)));
    assertEquals(
        Code.ABANDONED,
        fleet.sliceDesk.show(parent.id()).orElseThrow().waitsFor().orElseThrow().code());
    assertTrue(agent.cards().made().contains(held));
    assertEquals(Code.ABANDONED, Fleet.refusal(fleet.sliceDesk.takeAway(held, Fleet.TEST)));
    agent.reboot();
    fleet.converge(agent);
    assertEquals(List.of(UnitState.CLEAN), states());
    assertFalse(fleet.unit(parent.id()).cut().emptying());
    claim(P2, 1).orElseThrow();
  }

  @Test
  void nobodyHadASliceBeforeItWasMadeSoNobodyIsAdoptedForOne() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 1)));
    UnitId slice = fleet.slices().get(0).id();
    agent.held(slice, "vm-before");
    fleet.converge(agent);
    Outcome<Claim> refused =
        fleet.claimDesk.adopt(
            new ClaimDesk.Adoption(
                Optional.empty(),
                slice,
                Fleet.P1,
                SLICE,
                new Consumer("libvirt", "domain", "vm-before")),
            Fleet.TEST);
    assertEquals(Code.NOT_HELD, Fleet.refusal(refused));
    agent.letGo(slice);
    fleet.converge(agent);
  }

  @Test
  void aFencedHostsParentsAreTurnedOverAfterItsNextBoot() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    claim(Fleet.P1, 2).orElseThrow();
    fleet.converge(agent);
    fleet.hostDesk.fence(agent.machine().name(), Fleet.TEST).orElseThrow();
    agent.reboot();
    fleet.converge(agent);
    assertEquals(UnitState.SLICED, fleet.unit(parent.id()).state());
    assertEquals(Optional.empty(), fleet.unit(parent.id()).cut().project());
    assertEquals(List.of(UnitState.CLEAN), states());
  }

  @Test
  void claimsOfSlicesOutliveARestartOfTheirHost() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    Claim claim = claim(Fleet.P1, 1).orElseThrow();
    fleet.converge(agent);
    agent.reboot();
    fleet.converge(agent);
    assertEquals(ClaimState.READY, fleet.desk.claims.find(claim.id()).orElseThrow().state());
    assertEquals(UnitState.SLICED, fleet.unit(parent.id()).state());
    assertEquals(Optional.of(Fleet.P1), fleet.unit(parent.id()).cut().project());
  }

  @Test
  void aClaimOfASliceMovesToAnother() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    Claim old = claim(Fleet.P1, 1).orElseThrow();
    fleet.converge(agent);
    ClaimId to = new ClaimId(UUID.randomUUID());
    fleet
        .claimDesk
        .move(
            old.id(),
            new ClaimDesk.MoveRequest(to, Optional.of(List.of(new Part(SLICE, 1))), Where.ANYWHERE),
            project -> true,
            Fleet.TEST)
        .orElseThrow();
    fleet.converge(agent);
    fleet.claimDesk.confirm(to, project -> true, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(ClaimState.RELEASED, fleet.desk.claims.find(old.id()).orElseThrow().state());
    assertEquals(ClaimState.READY, fleet.desk.claims.find(to).orElseThrow().state());
    assertEquals(Optional.of(Fleet.P1), fleet.unit(parent.id()).cut().project());
  }

  /** What an operator keeps from everybody serves nobody by its slices either. */
  @Test
  void aParentInQuarantineServesNobodyUntilItIsReturned() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    fleet.unitDesk.quarantine(parent.id(), Fleet.TEST).orElseThrow();
    Outcome<Claim> none = claim(Fleet.P1, 1);
    assertEquals(Set.of(Code.QUARANTINED), reasons(none));
    assertEquals(
        Code.WRONG_STATE,
        Fleet.refusal(fleet.unitDesk.clean(parent.id(), WipeLevel.L3, Fleet.TEST)));
    fleet.unitDesk.putBack(parent.id(), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    claim(Fleet.P1, 1).orElseThrow();
  }

  @Test
  void aDoctorFindsSlicesOfWhatIsNotCutAndParentsOfSeveralProjects() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    claim(Fleet.P1, 1).orElseThrow();
    fleet.converge(agent);
    assertEquals(List.of(), fleet.desk.doctor().examine().findings());
    fleet.sql.sql("UPDATE unit SET tenant_project = 'p2' WHERE parent_id IS NULL").update();
    assertEquals(List.of(Ailment.PARENT_OF_SEVERAL), found());
    fleet
        .sql
        .sql("UPDATE unit SET tenant_project = NULL, state = 'DIRTY' WHERE parent_id IS NULL")
        .update();
    assertTrue(found().contains(Ailment.SLICE_WITHOUT_PARENT), found().toString());
    fleet
        .sql
        .sql("UPDATE unit SET tenant_project = 'p1', state = 'SLICED' WHERE parent_id IS NULL")
        .update();
  }

  private List<Ailment> found() {
    return fleet.desk.doctor().examine().findings().stream()
        .map(Finding::ailment)
        .distinct()
        .toList();
  }

  @Test
  void thePictureInMemoryDoesNotProposeWhatIsKeptForAnotherProject() {
    Unit parent = parent();
    cut(parent, layout(false, of(A, 2)));
    claim(Fleet.P1, 1).orElseThrow();
    fleet.desk.fleet().look();
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(claim(P2, 1)));
    claim(Fleet.P1, 1).orElseThrow();
  }
}
