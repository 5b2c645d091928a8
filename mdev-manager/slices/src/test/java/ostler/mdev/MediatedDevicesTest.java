package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.MdevTypeId;
import ostler.root.Code;
import ostler.root.Outcome;
import ostler.wire.Json;

/** Slices that are mediated devices. */
class MediatedDevicesTest {

  private static final String SMALL = "nvidia-11";
  private static final String LARGE = "nvidia-12";

  @TempDir Path root;
  private FakeCard card;
  private Caller caller;
  private SliceId slice;

  @BeforeEach
  void aCardWithMixedTypes() throws IOException {
    use(FakeCard.mediated(root, false));
  }

  private void use(FakeCard next) {
    card = next;
    caller = new Caller(card);
    slice = caller.draw();
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(root.resolve(name));
  }

  private SliceId made(String type) {
    SliceId id = caller.draw();
    caller.ok(caller.create(id, Caller.mediated(type)));
    return id;
  }

  @Test
  void typesAreToldAsTheHostHasThem() {
    String list = caller.ok(caller.list());
    assertTrue(
        list.contains(
            "\"kind\":\"mdev\",\"type\":\"nvidia-11\",\"name\":\"GRID"
                + " A10-4Q\",\"description\":\"framebuffer=4G\",\"device_api\":\"vfio-pci\",\"available\":4,\"available_on_host\":4,\"places\":[\"0000:41:00.0\"]"),
        list);
  }

  @Test
  void aSliceIsMadeAndItsTypesNameIsKept() throws IOException {
    String answer = caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    assertEquals(List.of(slice.toString()), card.slices());
    assertTrue(answer.contains("\"name\":\"GRID A10-4Q\",\"phase\":\"live\""), answer);
    assertTrue(answer.contains("\"available\":3"), answer);
  }

  @Test
  void theSameOrderAgainMakesNoSecondSlice() throws IOException {
    Request request = caller.create(slice, Caller.mediated(SMALL));
    caller.ok(request);
    caller.ok(request);
    assertEquals(1, card.slices().size());
  }

  @Test
  void typesOfDifferentSizesStandBesideEachOtherOnAMixedCard() throws IOException {
    made(SMALL);
    made(LARGE);
    assertEquals(2, card.slices().size());
    caller.refused(Code.NO_INSTANCE, caller.create(slice, Caller.mediated(LARGE)));
  }

  @Test
  void aHomogeneousCardOffersOneTypeAfterItsFirstSlice() throws IOException {
    use(FakeCard.mediated(folder("homogeneous"), true));
    SliceId first = made(SMALL);
    String words = caller.refused(Code.NO_INSTANCE, caller.create(slice, Caller.mediated(LARGE)));
    assertTrue(words.contains("\"available\":0"), words);
    caller.ok(caller.remove(first));
    caller.ok(caller.create(slice, Caller.mediated(LARGE)));
  }

  @Test
  void anOperatorsLimitCapsAndNeverDropsTheCard() throws IOException {
    card.limits("# as bought\n10de:2236 nvidia-11 2\n0000:41:00.0 nvidia-11 3\n");
    made(SMALL);
    made(SMALL);
    String words = caller.refused(Code.CAPPED, caller.create(slice, Caller.mediated(SMALL)));
    assertTrue(words.contains("/etc/ostler/slices"), words);
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"available\":0,\"available_on_host\":2,\"limit\":2"), list);
    caller.ok(caller.create(slice, Caller.mediated(LARGE)));
  }

  @Test
  void limitsThatOthersCouldWriteStopEverything() throws IOException {
    card.limits("10de:2236 nvidia-11 2\n");
    Files.setPosixFilePermissions(
        root.resolve("etc/ostler/slices"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-r--"));
    caller.refused(Code.BAD_LIMITS, caller.create(slice, Caller.mediated(SMALL)));
    card.limits("10de:2236 nvidia-11\n");
    String words = caller.refused(Code.BAD_LIMITS, caller.create(slice, Caller.mediated(SMALL)));
    assertTrue(words.contains("Line 1"), words);
  }

  @Test
  void aTypeThatHasAnotherNameNowIsNotMade() throws IOException {
    Wish wish =
        new Wish(
            SliceKind.MDEV,
            Optional.empty(),
            Optional.of(new MdevTypeId(SMALL)),
            Optional.of("GRID A10-8Q"),
            false);
    String words = caller.refused(Code.UNKNOWN_TYPE, caller.create(slice, wish));
    assertTrue(words.contains("GRID A10-4Q"), words);
    assertEquals(List.of(), card.slices());
    caller.refused(Code.UNKNOWN_TYPE, caller.create(slice, Caller.mediated("nvidia-99")));
  }

  @Test
  void whoeverIsFasterWinsAndTheLoserLeavesNothing() throws IOException {
    String create = "sys/bus/pci/devices/0000:41:00.0/mdev_supported_types/nvidia-11/create";
    for (String words : List.of("Too many users", "No space left on device")) {
      card.fault(create, words);
      String answer =
          caller.refused(Code.NO_INSTANCE, caller.create(slice, Caller.mediated(SMALL)));
      assertTrue(answer.contains("somebody else was faster"), answer);
    }
    card.fault(create, "No such device");
    caller.refused(Code.DEVICE_GONE, caller.create(slice, Caller.mediated(SMALL)));
    card.fault(create, "Input/output error");
    caller.refused(Code.CREATE_FAILED, caller.create(slice, Caller.mediated(SMALL)));
    card.fault(create, "Out of luck");
    caller.refused(Code.UNKNOWN_KERNEL_ERROR, caller.create(slice, Caller.mediated(SMALL)));
    card.mend();
    assertEquals(List.of(), card.slices());
    assertTrue(caller.ok(caller.list()).contains("\"slices\":[]"));
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
  }

  @Test
  void aSliceThatAnotherMadeUnderTheSameIdIsLeftAlone() throws IOException {
    card.stranger(slice.toString(), LARGE);
    caller.refused(Code.SLICE_EXISTS, caller.create(slice, Caller.mediated(SMALL)));
    caller.refused(Code.SLICE_EXISTS, caller.create(slice, Caller.mediated(LARGE)));
    caller.refused(Code.NOT_OURS, caller.remove(slice));
    assertEquals(List.of(slice.toString()), card.slices());
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"slices\":[],\"foreign\":[{\"kind\":\"mdev\""), list);
  }

  @Test
  void anOrphanGoesByAnOperatorsHandOnly() throws IOException {
    card.stranger(slice.toString(), LARGE);
    caller.refused(Code.NOT_OURS, caller.remove(slice));
    caller.ok(caller.remove(slice, Caller.byHand()));
    assertEquals(List.of(), card.slices());
  }

  @Test
  void aRemovedSlicesIdIsNeverUsedAgain() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    Request remove = caller.remove(slice);
    caller.ok(remove);
    caller.ok(remove);
    caller.refused(Code.RETIRED, caller.create(slice, Caller.mediated(SMALL)));
    assertEquals(List.of(), card.slices());
  }

  @Test
  void aLateOrderIsRefusedAfterANewerOne() throws IOException {
    caller.ok(caller.remove(slice, caller.fence(8)));
    String words =
        caller.refused(
            Code.STALE_FENCE, caller.create(slice, Caller.mediated(SMALL), caller.fence(5)));
    assertTrue(words.contains("\"number\":8"), words);
    SliceId other = caller.draw();
    caller.ok(caller.create(other, Caller.mediated(SMALL), caller.fence(6)));
    caller.refused(Code.STALE_FENCE, caller.remove(other, caller.fence(5)));
    caller.refused(Code.STALE_FENCE, caller.remove(other, caller.fence(6)));
    caller.ok(caller.remove(other, caller.fence(7)));
  }

  @Test
  void ordersForOneSliceDoNotOvertakeThoseForAnother() {
    SliceId early = caller.draw();
    caller.ok(caller.create(slice, Caller.mediated(SMALL), caller.fence(20)));
    caller.ok(caller.create(early, Caller.mediated(SMALL), caller.fence(19)));
  }

  @Test
  void manyRemovedSlicesAreForgottenButTheirOrdersStayLate() throws IOException {
    for (int i = 0; i <= ParentRecord.MAX_GONE; i++) {
      caller.ok(caller.remove(caller.draw(), caller.fence(100 + i)));
    }
    caller.refused(
        Code.STALE_FENCE, caller.create(slice, Caller.mediated(SMALL), caller.fence(99)));
    caller.ok(caller.create(slice, Caller.mediated(SMALL), caller.fence(100)));
  }

  @Test
  void aSliceThatSomebodyHasOpenStays() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    card.group(slice.toString(), 42);
    card.process(4242, "qemu-system-x86", "/dev/vfio/42");
    String words = caller.refused(Code.HELD, caller.remove(slice));
    assertTrue(words.contains("4242"), words);
    assertTrue(caller.ok(caller.list()).contains("\"seen\":\"there\",\"holders\":[{\"pid\":"));
    card.endProcess(4242);
    caller.ok(caller.remove(slice));
    assertEquals(List.of(), card.slices());
  }

  @Test
  void aRemovalThatTheKernelRefusesLeavesTheSliceInTheBooks() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    card.fault("sys/bus/mdev/devices/" + slice + "/remove", "Device or resource busy");
    caller.refused(Code.REMOVE_FAILED, caller.remove(slice));
    assertTrue(caller.ok(caller.list()).contains("\"phase\":\"live\""));
    card.mend();
    caller.ok(caller.remove(slice));
  }

  @Test
  void aRemovalThatHangsIsAnsweredInTimeAndLocksTheCard() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    card.hang("sys/bus/mdev/devices/" + slice + "/remove");
    Duration quick = Duration.ofMillis(500);
    Outcome outcome =
        new Program(card.outside(limit -> limit.compareTo(quick) < 0 ? limit : quick))
            .run(caller.remove(slice));
    assertTrue(outcome.stuck());
    assertEquals(Code.DEADLINE.exitCode(), outcome.exitCode());
    caller.refused(Code.LOCKED, caller.create(caller.draw(), Caller.mediated(SMALL)));
    assertTrue(caller.ok(caller.list()).contains("\"phase\":\"removing\""));
  }

  @Test
  void aDefinitionForMdevctlComesAndGoesWithItsSlice() throws IOException {
    Wish wish =
        new Wish(
            SliceKind.MDEV,
            Optional.empty(),
            Optional.of(new MdevTypeId(SMALL)),
            Optional.empty(),
            true);
    caller.ok(caller.create(slice, wish));
    Path definition = root.resolve("etc/mdevctl.d/0000:41:00.0/" + slice);
    String text = Files.readString(definition).replaceAll("\\s", "");
    assertEquals("{\"mdev_type\":\"nvidia-11\",\"start\":\"manual\",\"attrs\":[]}", text);
    caller.ok(caller.remove(slice));
    assertFalse(Files.exists(definition));
  }

  @Test
  void afterARebootNothingIsOfferedUntilTheSlicesAreBack() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    card.reboot();
    String before = caller.ok(caller.list());
    assertTrue(before.contains("\"restore_needed\":true"), before);
    assertTrue(before.contains("\"offers\":[]"), before);
    String answer = caller.ok(caller.restore());
    assertTrue(answer.contains("\"restored\":[\"" + slice + "\"],\"failed\":[]"), answer);
    assertEquals(List.of(slice.toString()), card.slices());
    assertTrue(caller.ok(caller.restore()).contains("\"restored\":[]"));
  }

  @Test
  void aTypeThatADriversUpdateRenamedIsFoundByItsName() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    card.reboot();
    card.rename(SMALL, "nvidia-711");
    caller.ok(caller.restore());
    assertTrue(
        caller.ok(caller.list()).contains("\"type\":\"nvidia-711\",\"name\":\"GRID A10-4Q\""));
  }

  @Test
  void aSliceThatCannotBeMadeAgainIsNamedAndTheOthersGoOn() throws IOException {
    SliceId large = made(LARGE);
    SliceId small = made(SMALL);
    card.reboot();
    card.stranger(caller.draw().toString(), LARGE);
    card.stranger(caller.draw().toString(), SMALL);
    String answer = caller.ok(caller.restore());
    assertTrue(answer.contains("\"restored\":[\"" + small + "\"]"), answer);
    assertTrue(answer.contains("{\"slice\":\"" + large + "\",\"code\":\"CREATE_FAILED\""), answer);
    assertTrue(caller.ok(caller.list()).contains("\"restore_needed\":true"));
  }

  @Test
  void anotherCardInTheSlotInheritsNothing() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    card.attribute(FakeCard.CARD, "device", "0x1eb8\n");
    caller.refused(Code.GROUP_CHANGED, caller.create(caller.draw(), Caller.mediated(SMALL)));
    caller.refused(Code.GROUP_CHANGED, caller.remove(slice));
    caller.ok(caller.remove(slice, Caller.byHand()));
    caller.ok(caller.create(caller.draw(), Caller.mediated(SMALL)));
  }

  @Test
  void aCardThatIsNotListedIsLeftAlone() throws IOException {
    card.write("etc/ostler/devices", "# none\n");
    caller.refused(Code.NOT_LISTED, caller.create(slice, Caller.mediated(SMALL)));
  }

  @Test
  void aCardOnVfioIsHandedOutWhole() throws IOException {
    Files.delete(card.attribute(FakeCard.CARD, "driver"));
    Files.createSymbolicLink(
        card.attribute(FakeCard.CARD, "driver"), root.resolve("sys/bus/pci/drivers/vfio-pci"));
    caller.refused(Code.BOUND, caller.create(slice, Caller.mediated(SMALL)));
  }

  @Test
  void whatTheProgramForWholeDevicesHasUnderItsLockIsLeftAlone() throws IOException {
    Files.createDirectories(root.resolve("run/lock/ostler"));
    Files.setPosixFilePermissions(
        root.resolve("run/lock/ostler"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    Path lock = root.resolve("run/lock/ostler/group-5.lock");
    try (var channel =
            java.nio.channels.FileChannel.open(
                lock,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.WRITE);
        var held = channel.lock()) {
      assertTrue(held.isValid());
      String words = Json.write(hurried(caller.create(slice, Caller.mediated(SMALL))).answer());
      assertTrue(words.contains("LOCKED"), words);
    }
  }

  @Test
  void allDevicesOfTheBooksAreListedAlsoOneThatIsGone() throws IOException {
    caller.ok(caller.create(slice, Caller.mediated(SMALL)));
    Request all =
        new Request(
            Verb.LIST,
            new ostler.root.OpId(new java.util.UUID(1, 2)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            java.util.OptionalInt.empty());
    String there = caller.ok(all);
    assertTrue(there.contains("\"seen\":\"there\""), there);
    Files.delete(root.resolve("sys/bus/pci/devices/0000:41:00.0"));
    String gone = caller.ok(all);
    assertTrue(gone.contains("\"problem\":{\"code\":\"DEVICE_GONE\""), gone);
    assertTrue(gone.contains("\"offers\":[]"), gone);
    caller.refused(Code.DEVICE_GONE, caller.remove(slice));
  }

  private Outcome hurried(Request request) {
    Duration quick = Duration.ofMillis(500);
    return new Program(card.outside(limit -> limit.compareTo(quick) < 0 ? limit : quick))
        .run(request);
  }
}
