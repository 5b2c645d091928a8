package ostler.allocator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.allocator.FakeAgent;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Unit;
import ostler.allocator.engine.UnitState;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.PciNumber;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;
import ostler.inventory.SliceTypeName;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/**
 * A restored database, and hosts whose cards were cut, handed out in slices or made whole since.
 */
abstract class SliceRestoreContract {

  private static final AliasName SLICE = new AliasName("slice");
  private static final ProjectId P2 = new ProjectId("p2");
  private static final SliceTypeName TYPE = new SliceTypeName("LAB-4Q");

  private CopiedDatabase database;
  private Fleet fleet;
  private FakeAgent agent;

  /** A database that can be copied. */
  abstract CopiedDatabase database();

  @BeforeEach
  void open() throws IOException, SQLException {
    database = database();
    fleet = new Fleet(database.empty()).withProject(100);
    Limit plenty = new Limit(100);
    fleet
        .treeDesk
        .apply(
            List.of(
                Wish.of(P2).limited(ResourceKey.of(SLICE), plenty).limited(Fleet.KEY, plenty),
                Wish.of(Fleet.P1).limited(ResourceKey.of(SLICE), plenty)),
            Fleet.TEST)
        .orElseThrow();
    fleet.aliasDesk.save(alias(UnitKind.MDEV), Fleet.TEST).orElseThrow();
    agent = fleet.withHost("gpu-1", 1).careful();
    agent.cards().mdev(1, Map.of(TYPE.value(), 4));
    fleet.unitDesk.clean(fleet.card().id(), WipeLevel.L3, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
  }

  @AfterEach
  void close() {
    fleet.assertSound();
    fleet.close();
  }

  private static Alias alias(UnitKind kind) {
    AliasRule rule =
        new AliasRule(
            Optional.of(PciNumber.parse("1002")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            kind,
            Optional.empty(),
            new TreeSet<>());
    return new Alias(SLICE, rule, WipeLevel.VENDOR);
  }

  private void cut(int slices) {
    cut(
        new Layout(
            UnitKind.MDEV, List.of(new Layout.Count(TYPE, slices)), 0, false, false, WipeLevel.L3));
  }

  private void cut(Layout layout) {
    fleet
        .sliceDesk
        .declare(
            fleet.card().id(),
            new SliceDesk.Declaration(layout, Optional.empty()),
            false,
            Fleet.TEST)
        .orElseThrow();
    fleet.sliceDesk.apply(fleet.card().id(), false, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(layout.count(), fleet.slices().size());
  }

  private void uncut() {
    fleet.sliceDesk.remove(fleet.card().id(), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.CLEAN, fleet.card().state());
  }

  private Outcome<Claim> claim(ProjectId project, AliasName alias) {
    ClaimRequest request =
        new ClaimRequest(
            new ClaimId(UUID.randomUUID()), project, alias, 1, Optional.empty(), Fleet.VM);
    return fleet.claimDesk.claim(request, Fleet.TEST);
  }

  private Claim ready(ProjectId project) {
    Claim claim = claim(project, SLICE).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.READY, fleet.unit(unitOf(claim)).state());
    return claim;
  }

  private UnitId unitOf(Claim claim) {
    return fleet.desk.units.ofClaim(claim.id()).get(0).id();
  }

  private void release(Claim claim) {
    fleet.release(claim.id());
    fleet.converge(agent);
  }

  private void nobodyGetsAnything() {
    for (ProjectId project : List.of(Fleet.P1, P2)) {
      assertEquals(Code.NO_CAPACITY, Fleet.refusal(claim(project, SLICE)));
      assertEquals(Code.NO_CAPACITY, Fleet.refusal(claim(project, Fleet.GPU)));
    }
  }

  /** Goes back to the backup, after which nobody gets anything until the host has reported. */
  private void restore() throws IOException, SQLException {
    fleet = database.goBack(fleet, agent);
    new RestoreDesk(fleet.desk).mark(0, Fleet.TEST).orElseThrow();
    nobodyGetsAnything();
    fleet.converge(agent);
  }

  private void wholeWipesMoreThan(long before) {
    assertTrue(wipesOfCard() > before, "the card was wiped as a whole since");
  }

  private long wipesOfCard() {
    return fleet
        .sql
        .sql("SELECT COUNT(*) FROM wipe_record WHERE unit_id = ?")
        .param(fleet.card().id().value())
        .query(Long.class)
        .single();
  }

  private Optional<Code> quarantine(UnitId unit) {
    return fleet.unit(unit).standing().quarantine().map(aside -> aside.code());
  }

  @Test
  void nothingChangesWhereNothingHappenedSince() throws IOException, SQLException {
    cut(2);
    database.backUp(fleet);
    long wipes = wipesOfCard();
    restore();
    assertEquals(
        List.of(UnitState.CLEAN), fleet.slices().stream().map(Unit::state).distinct().toList());
    assertEquals(wipes, wipesOfCard());
    ready(P2);
  }

  @Test
  void aSliceThatSomebodyGotSinceIsKeptFromAllAndSoAreItsSiblings()
      throws IOException, SQLException {
    cut(2);
    database.backUp(fleet);
    Claim lost = ready(Fleet.P1);
    UnitId held = unitOf(lost);
    restore();
    assertEquals(UnitState.DIRTY, fleet.unit(held).state());
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(held));
    nobodyGetsAnything();
    assertEquals(Optional.of(lost.id()), agent.tenantOf(held).map(Tenant::claim));
  }

  @Test
  void aLostClaimOfASliceIsWrittenDownAgainAndThenItsCardIsWipedAsAWhole()
      throws IOException, SQLException {
    cut(2);
    database.backUp(fleet);
    long wipes = wipesOfCard();
    Claim lost = ready(P2);
    UnitId held = unitOf(lost);
    restore();
    fleet.unitDesk.putBack(held, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    ClaimDesk.Adoption whole =
        new ClaimDesk.Adoption(Optional.of(lost.id()), held, P2, Fleet.GPU, lost.consumer());
    assertEquals(Code.ALIAS_MISMATCH, Fleet.refusal(fleet.claimDesk.adopt(whole, Fleet.TEST)));
    ClaimDesk.Adoption again =
        new ClaimDesk.Adoption(Optional.of(lost.id()), held, P2, SLICE, lost.consumer());
    fleet.claimDesk.adopt(again, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.READY, fleet.unit(held).state());
    assertEquals(Code.NO_CAPACITY, Fleet.refusal(claim(Fleet.P1, SLICE)));
    release(lost);
    wholeWipesMoreThan(wipes);
    assertEquals(
        List.of(UnitState.CLEAN), fleet.slices().stream().map(Unit::state).distinct().toList());
    ready(Fleet.P1);
  }

  @Test
  void aSliceThatWasUsedAndGivenBackSinceCostsItsCardAWholeWipe() throws IOException, SQLException {
    cut(2);
    database.backUp(fleet);
    long wipes = wipesOfCard();
    Claim first = ready(Fleet.P1);
    Claim second = ready(Fleet.P1);
    UnitId used = unitOf(first);
    release(first);
    assertEquals(UnitState.CLEAN, fleet.unit(used).state());
    agent.held(unitOf(second), "vm-1");
    restore();
    nobodyGetsAnything();
    assertTrue(fleet.card().cut().emptying());
    assertEquals(wipes, wipesOfCard());
  }

  @Test
  void aClaimOfASliceThatWasGivenBackSinceStaysUntilItIsReleased()
      throws IOException, SQLException {
    cut(2);
    Claim claim = ready(Fleet.P1);
    database.backUp(fleet);
    long wipes = wipesOfCard();
    release(claim);
    Claim next = ready(P2);
    restore();
    nobodyGetsAnything();
    assertFalse(fleet.slices().stream().anyMatch(unit -> unit.state() == UnitState.CLEAN));
    fleet.release(claim.id());
    fleet.converge(agent);
    UnitId held =
        fleet.slices().stream()
            .map(Unit::id)
            .filter(unit -> agent.tenantOf(unit).map(Tenant::claim).equals(Optional.of(next.id())))
            .findFirst()
            .orElseThrow();
    fleet.unitDesk.putBack(held, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    fleet
        .claimDesk
        .adopt(
            new ClaimDesk.Adoption(Optional.of(next.id()), held, P2, SLICE, next.consumer()),
            Fleet.TEST)
        .orElseThrow();
    fleet.converge(agent);
    release(next);
    wholeWipesMoreThan(wipes);
    ready(Fleet.P1);
  }

  /** Writes a lost claim down again, as an operator does who read why its slice is set aside. */
  private void writtenDownAgain(Claim lost, UnitId held) {
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(held));
    String why = fleet.unit(held).standing().quarantine().orElseThrow().reason();
    for (Object named : List.of(lost.id(), lost.project(), lost.consumer())) {
      assertTrue(why.contains(named.toString()), why);
    }
    nobodyGetsAnything();
    fleet.unitDesk.putBack(held, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    nobodyGetsAnything();
    fleet
        .claimDesk
        .adopt(
            new ClaimDesk.Adoption(
                Optional.of(lost.id()), held, lost.project(), SLICE, lost.consumer()),
            Fleet.TEST)
        .orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.READY, fleet.unit(held).state());
    assertEquals(Optional.of(lost.id()), agent.tenantOf(held).map(Tenant::claim));
  }

  @Test
  void aSliceThatWasMadeAndClaimedSinceIsWrittenDownAgainAndSoIsItsClaim()
      throws IOException, SQLException {
    cut(1);
    database.backUp(fleet);
    long wipes = wipesOfCard();
    UnitId before = fleet.slices().get(0).id();
    fleet.sliceDesk.add(fleet.card().id(), TYPE, 2, Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    Claim first = ready(P2);
    Claim second = ready(P2);
    boolean firstIsKnown = unitOf(first).equals(before);
    Claim lost = firstIsKnown ? second : first;
    UnitId held = unitOf(lost);
    release(firstIsKnown ? first : second);
    Slice was = fleet.unit(held).slice().orElseThrow();
    restore();
    assertEquals(Optional.of(was), fleet.unit(held).slice());
    assertEquals(UnitState.DIRTY, fleet.unit(held).state());
    assertTrue(fleet.card().cut().emptying());
    writtenDownAgain(lost, held);
    assertEquals(wipes, wipesOfCard());
    release(lost);
    wholeWipesMoreThan(wipes);
    assertEquals(List.of(UnitState.CLEAN), fleet.slices().stream().map(Unit::state).toList());
    ready(Fleet.P1);
  }

  @Test
  void aCardThatWasCutSinceIsTakenAsCutUntilItsLostClaimEnds() throws IOException, SQLException {
    database.backUp(fleet);
    long wipes = wipesOfCard();
    cut(2);
    Claim lost = ready(Fleet.P1);
    UnitId held = unitOf(lost);
    restore();
    assertEquals(UnitState.SLICED, fleet.card().state());
    assertTrue(fleet.card().cut().emptying());
    assertEquals(List.of(held), fleet.slices().stream().map(Unit::id).toList());
    assertTrue(agent.cards().made().contains(held));
    writtenDownAgain(lost, held);
    assertEquals(wipes, wipesOfCard());
    release(lost);
    wholeWipesMoreThan(wipes);
    assertEquals(UnitState.CLEAN, fleet.card().state());
    assertEquals(List.of(), fleet.slices());
    claim(P2, Fleet.GPU).orElseThrow();
  }

  @Test
  void aPlainFunctionOfACardThatWasCutSinceIsWrittenDownAgainToo()
      throws IOException, SQLException {
    agent.cards().plain(1, 4);
    fleet.aliasDesk.save(alias(UnitKind.SRIOV_VF), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    database.backUp(fleet);
    cut(new Layout(UnitKind.SRIOV_VF, List.of(), 3, false, false, WipeLevel.L3));
    Claim lost = ready(P2);
    UnitId held = unitOf(lost);
    Slice was = fleet.unit(held).slice().orElseThrow();
    restore();
    assertEquals(UnitState.SLICED, fleet.card().state());
    assertEquals(3, fleet.card().cut().functions());
    assertEquals(Optional.of(was), fleet.unit(held).slice());
    writtenDownAgain(lost, held);
    release(lost);
    assertEquals(UnitState.CLEAN, fleet.card().state());
    assertEquals(List.of(), fleet.slices());
    claim(Fleet.P1, Fleet.GPU).orElseThrow();
  }

  @Test
  void aLostSliceOfACardOfWhichTooLittleIsKnownIsNotWrittenDownAndNobodyGetsTheCard()
      throws IOException, SQLException {
    database.backUp(fleet);
    cut(2);
    Claim lost = ready(Fleet.P1);
    UnitId held = unitOf(lost);
    agent.cards().silent(true);
    restore();
    assertEquals(UnitState.DIRTY, fleet.card().state());
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(fleet.card().id()));
    fleet.unitDesk.putBack(fleet.card().id(), Fleet.TEST).orElseThrow();
    fleet.converge(agent);
    assertEquals(UnitState.DIRTY, fleet.card().state());
    nobodyGetsAnything();
    assertTrue(agent.cards().made().contains(held));
  }

  @Test
  void aCardThatWasMadeWholeSinceIsWipedBeforeItIsCutAgain() throws IOException, SQLException {
    cut(2);
    database.backUp(fleet);
    long wipes = wipesOfCard();
    uncut();
    Claim lost = claim(P2, Fleet.GPU).orElseThrow();
    fleet.converge(agent);
    restore();
    assertEquals(Optional.of(Code.UNEXPLAINED), quarantine(fleet.card().id()));
    nobodyGetsAnything();
    assertEquals(Optional.of(lost.id()), agent.tenantOf(fleet.card().id()).map(Tenant::claim));
    assertEquals(wipes, wipesOfCard());
  }

  @Test
  void aCardThatWasMadeWholeAndIsNobodysIsWipedAsAWholeAndCutAgain()
      throws IOException, SQLException {
    cut(2);
    database.backUp(fleet);
    long wipes = wipesOfCard();
    uncut();
    restore();
    wholeWipesMoreThan(wipes);
    assertEquals(UnitState.SLICED, fleet.card().state());
    assertEquals(
        List.of(UnitState.CLEAN), fleet.slices().stream().map(Unit::state).distinct().toList());
    ready(P2);
  }
}
