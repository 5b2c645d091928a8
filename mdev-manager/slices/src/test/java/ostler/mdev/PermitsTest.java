package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.Tenant;
import ostler.root.Code;
import ostler.root.FakeKernel;
import ostler.root.Layout;
import ostler.root.Permission;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;
import ostler.root.SliceList;

/** Who may have a slice: nobody, until it is permitted, and then one claim's consumer. */
class PermitsTest {

  private static final String SMALL = "nvidia-11";
  private static final Tenant TENANT = Caller.tenant("vm1");
  private static final String CREATE =
      "sys/bus/pci/devices/0000:41:00.0/mdev_supported_types/nvidia-11/create";

  @TempDir Path root;
  private FakeCard card;
  private Caller caller;
  private SliceId slice;

  @BeforeEach
  void aCardWithTypes() throws IOException {
    use(FakeCard.mediated(Files.createDirectory(root.resolve("first")), false));
  }

  @AfterEach
  void theGuardGoes() throws IOException {
    card.guard.close();
  }

  private void use(FakeCard next) {
    card = next;
    caller = new Caller(card);
    slice = caller.draw();
  }

  private void made() {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
  }

  private boolean isHeld() {
    return card.guard.held.contains(slice.value());
  }

  private Optional<PublishedSlice> published() {
    try {
      return SliceList.find(new Layout(card.root)).flatMap(list -> list.find(slice.value()));
    } catch (Refusal e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<Permission> permission() {
    return published().flatMap(PublishedSlice::permission);
  }

  @Test
  void aNewSliceIsInTheGuardsHandsBeforeAnybodyHearsOfIt() {
    String answer = caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    assertTrue(answer.contains("\"guarded\":true"), answer);
    assertTrue(isHeld());
  }

  @Test
  void withoutAGuardNoSliceIsMade() throws IOException {
    card.guard.close();
    caller.refused(Code.GUARD_ABSENT, caller.create(slice, Caller.mediated(SMALL)));
    assertEquals(List.of(), card.slices());
    assertTrue(caller.ok(caller.list()).contains("\"slices\":[]"));
  }

  @Test
  void theGuardKnowsOfASliceBeforeTheKernelDoes() {
    card.fault(CREATE, "Input/output error");
    card.hang(CREATE);
    java.time.Duration quick = java.time.Duration.ofMillis(500);
    new Program(card.outside(limit -> limit.compareTo(quick) < 0 ? limit : quick))
        .run(caller.create(slice, Caller.mediated(SMALL)));
    assertTrue(published().filter(PublishedSlice::isToBeGuarded).isPresent());
  }

  @Test
  void aSliceThatSomebodyOpenedFirstIsNotCalledMade() throws IOException {
    card.guard.opened.add(slice.value());
    var request = caller.create(slice, Caller.mediated(SMALL));
    caller.refused(Code.HELD, request);
    assertEquals(List.of(slice.toString()), card.slices());
    card.guard.opened.clear();
    assertTrue(caller.ok(request).contains("\"guarded\":true"));
  }

  @Test
  void aPermittedSliceIsItsTenantsUntilItIsForbidden() throws IOException {
    made();
    String answer = caller.ok(caller.permit(slice, TENANT));
    assertTrue(answer.contains("\"guarded\":false"), answer);
    assertFalse(isHeld());
    assertEquals(Optional.of(Permission.of(TENANT)), permission());
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"permit\":{\"claim\":{\"id\":\"" + TENANT.claim()), list);
    caller.ok(caller.permit(slice, TENANT));
    caller.refused(Code.PERMITTED, caller.permit(slice, Caller.tenant("vm2")));
    caller.refused(Code.PERMITTED, caller.remove(slice));
    caller.refused(Code.PERMITTED, caller.remove(slice, Caller.byHand()));
    answer = caller.ok(caller.forbid(slice));
    assertTrue(answer.contains("\"guarded\":true"), answer);
    assertTrue(isHeld());
    assertEquals(Optional.empty(), permission());
    caller.ok(caller.forbid(slice));
    caller.ok(caller.remove(slice));
    assertEquals(Set.of(), card.guard.held);
    assertEquals(Optional.empty(), published());
  }

  @Test
  void whatItsTenantHasOpenIsNotTakenBack() throws IOException {
    made();
    card.group(slice.toString(), 42);
    caller.ok(caller.permit(slice, TENANT));
    card.process(4242, "qemu-system-x86", "/dev/vfio/42");
    String words = caller.refused(Code.HELD, caller.forbid(slice));
    assertTrue(words.contains("4242"), words);
    card.endProcess(4242);
    card.guard.opened.add(slice.value());
    caller.refused(Code.HELD, caller.forbid(slice));
    assertEquals(Optional.of(Permission.of(TENANT)), permission());
    card.guard.opened.clear();
    caller.ok(caller.forbid(slice));
  }

  @Test
  void whatSomebodyHasOpenWithoutAPermitIsNotHandedOut() throws IOException {
    made();
    card.group(slice.toString(), 42);
    card.process(4242, "qemu-system-x86", "/dev/vfio/42");
    caller.refused(Code.HELD, caller.permit(slice, TENANT));
    card.endProcess(4242);
    card.guard.opened.add(slice.value());
    caller.refused(Code.HELD, caller.permit(slice, TENANT));
    assertEquals(Optional.empty(), permission());
  }

  @Test
  void aPermitNeedsASliceThatIsThereAndWasNotWorkedOnByHand() throws IOException {
    caller.refused(Code.NO_SLICE, caller.permit(slice, TENANT));
    caller.refused(Code.NO_SLICE, caller.forbid(slice));
    made();
    card.reboot();
    caller.refused(Code.NO_SLICE, caller.permit(slice, TENANT));
    caller.ok(caller.restore());
    caller.ok(caller.forbid(slice, Caller.byHand()));
    String words = caller.refused(Code.VOIDED, caller.permit(slice, TENANT));
    assertTrue(words.contains("a test"), words);
    caller.ok(caller.remove(slice));
    caller.refused(Code.RETIRED, caller.permit(slice, TENANT));
  }

  @Test
  void aPermitComesByAnAllocatorsOrderAlone() {
    org.junit.jupiter.api.Assertions.assertThrows(
        IllegalArgumentException.class, () -> caller.permit(slice, TENANT, Caller.byHand()));
  }

  @Test
  void lateOrdersNeitherPermitNorForbid() {
    caller.ok(caller.create(slice, Caller.mediated(SMALL), caller.fence(20)));
    caller.ok(caller.permit(slice, TENANT, caller.fence(21)));
    caller.refused(Code.STALE_FENCE, caller.forbid(slice, caller.fence(20)));
    caller.refused(Code.STALE_FENCE, caller.forbid(slice, caller.fence(21)));
    caller.ok(caller.forbid(slice, caller.fence(22)));
    caller.refused(Code.STALE_FENCE, caller.permit(slice, TENANT, caller.fence(21)));
    assertTrue(isHeld());
  }

  @Test
  void oneOrderMayCleanAFunctionByRemovingItsSliceAndMakingAnother() throws IOException {
    card.guard.close();
    use(FakeCard.ofVendor(Files.createDirectory(root.resolve("vendor"))));
    caller.ok(caller.functions(2, caller.fence(5)));
    Wish wish = Caller.vendor("0000:41:00.1", "1155");
    caller.ok(caller.create(slice, wish, caller.fence(10)));
    SliceId next = caller.draw();
    for (int times = 0; times < 2; times++) {
      caller.ok(caller.remove(slice, caller.fence(11)));
      caller.ok(caller.create(next, wish, caller.fence(11)));
    }
    caller.refused(Code.STALE_FENCE, caller.create(caller.draw(), wish, caller.fence(11)));
    caller.refused(Code.STALE_FENCE, caller.create(caller.draw(), wish, caller.fence(10)));
    assertTrue(
        caller.ok(caller.permit(next, TENANT, caller.fence(12))).contains("\"guarded\":false"));
    caller.refused(Code.STALE_FENCE, caller.forbid(next, caller.fence(11)));
  }

  @Test
  void afterARebootSlicesAreGuardedAgainAndPermittedOnesStayTheirTenants() throws IOException {
    made();
    caller.ok(caller.permit(slice, TENANT));
    SliceId idle = caller.draw();
    caller.ok(caller.create(idle, Caller.mediated(SMALL)));
    card.reboot();
    card.guard.held.clear();
    caller.ok(caller.restore());
    assertEquals(Set.of(idle.value()), card.guard.held);
    assertEquals(Optional.of(Permission.of(TENANT)), permission());
  }

  @Test
  void withoutAGuardNothingIsRestoredThatItWouldHaveToHold() throws IOException {
    made();
    card.reboot();
    card.guard.close();
    String answer = caller.ok(caller.restore());
    assertTrue(answer.contains("\"code\":\"GUARD_ABSENT\""), answer);
    assertEquals(List.of(), card.slices());
  }

  @Test
  void aClaimOnASliceWhoseTypeWentAwayCanStillBeReleased() throws IOException {
    made();
    caller.ok(caller.permit(slice, TENANT));
    card.reboot();
    card.rename(SMALL, "nvidia-711");
    card.attribute(FakeCard.CARD, "mdev_supported_types/nvidia-711/name", "GRID A10-5Q\n");
    String restored = caller.ok(caller.restore());
    assertTrue(restored.contains("\"code\":\"UNKNOWN_TYPE\""), restored);
    assertTrue(caller.ok(caller.forbid(slice)).contains("\"guarded\":false"));
    caller.ok(caller.remove(slice));
  }

  @Test
  void aLostListIsWrittenAnewByTheNextVerb() throws IOException {
    made();
    Path list = card.root.resolve("var/lib/ostler/mdev/slices.json");
    for (String spoilt : List.of("", "gibberish")) {
      Files.delete(list);
      if (!spoilt.isEmpty()) {
        Files.writeString(list, spoilt);
      }
      caller.ok(caller.restore());
      assertTrue(published().isPresent());
    }
  }

  @Test
  void aSliceThatIsRemovedWithoutAGuardIsOpenedByTheProgramItself() throws IOException {
    made();
    card.group(slice.toString(), 42);
    card.guard.close();
    caller.ok(caller.remove(slice));
    assertEquals(List.of(), card.slices());
  }

  @Test
  void aKillLeavesASliceGuardedOrPermittedAsItIsOnDisk() throws IOException {
    boolean died = true;
    for (int change = 0; died; change++) {
      card.guard.close();
      use(FakeCard.mediated(Files.createDirectory(root.resolve("k" + change)), false));
      made();
      died = killed(caller.permit(slice, TENANT), change);
      theGuardsHandsAreAsTheListSays("permit killed before change " + change);
      caller.ok(caller.permit(slice, TENANT));
      assertFalse(isHeld());
      Request forbid = caller.forbid(slice);
      died |= killed(forbid, change);
      theGuardsHandsAreAsTheListSays("forbid killed before change " + change);
      caller.ok(forbid);
      assertTrue(isHeld());
      assertEquals(Optional.empty(), permission());
    }
  }

  /** After the guard has looked, and after the next verb whatever comes of it. */
  private void theGuardsHandsAreAsTheListSays(String where) {
    caller.run(caller.remove(caller.draw(), caller.fence(2)));
    assertEquals(caller.ok(caller.list()).contains("\"permit\""), permission().isPresent(), where);
    boolean guarded = permission().map(Permission::closing).orElse(true);
    caller.ok(caller.restore());
    assertEquals(guarded, isHeld(), where);
  }

  private boolean killed(Request request, int change) {
    card.cutPowerAfter(change);
    try {
      caller.ok(request);
    } catch (FakeKernel.PowerCut e) {
      assertTrue(card.powerReturns());
      return true;
    }
    card.powerReturns();
    return false;
  }
}
