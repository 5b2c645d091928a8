package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.root.Code;
import ostler.root.FakeKernel;

/** Virtual functions: how many, whose they are, and the types that their vendor's driver gives. */
class FunctionsTest {

  private static final String NUMVFS = "sys/bus/pci/devices/0000:41:00.0/sriov_numvfs";
  private static final String FIRST = "0000:41:00.1";
  private static final String SECOND = "0000:41:00.2";

  @TempDir Path root;
  private FakeCard card;
  private Caller caller;
  private SliceId slice;

  @BeforeEach
  void aCardWithSriov() throws IOException {
    use(new FakeCard(Files.createDirectory(root.resolve("plain")), false));
  }

  private void use(FakeCard next) {
    card = next;
    caller = new Caller(card);
    slice = caller.draw();
  }

  private void vendor() throws IOException {
    use(FakeCard.ofVendor(Files.createDirectory(root.resolve("vendor"))));
    caller.ok(caller.functions(4));
  }

  private String current(String function) throws IOException {
    return card.attributeText(function, "nvidia/current_vgpu_type");
  }

  // How many.

  @Test
  void driversAreKeptAwayBeforeFunctionsCome() {
    String answer = caller.ok(caller.functions(4));
    assertTrue(answer.contains("\"asked\":4,\"have\":4,\"functions\":[\"" + FIRST), answer);
    assertEquals(
        List.of("sys/bus/pci/devices/0000:41:00.0/sriov_drivers_autoprobe=0", NUMVFS + "=4"),
        card.kernelWrites);
    assertEquals("", card.driverOf(FIRST));
  }

  @Test
  void fewerThanAskedForAreReportedAsTheyAre() {
    card.functionsMade = 3;
    String answer = caller.ok(caller.functions(4));
    assertTrue(answer.contains("\"asked\":4,\"have\":3"), answer);
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"asked_functions\":{\"asked\":4,\"have\":3}"), list);
    assertTrue(list.contains("\"restore_needed\":false"), list);
    assertTrue(list.contains("\"kind\":\"sriov-vf\",\"available\":3"), list);
  }

  @Test
  void theNumberIsChangedOverZero() {
    caller.ok(caller.functions(4));
    caller.ok(caller.functions(2));
    assertEquals(
        List.of(NUMVFS + "=4", NUMVFS + "=0", NUMVFS + "=2"),
        card.kernelWrites.stream().filter(write -> write.contains("numvfs")).toList());
    assertTrue(caller.ok(caller.functions(0)).contains("\"functions\":[]"));
  }

  @Test
  void moreThanTheHardwareHasAreRefused() throws IOException {
    String words = caller.refused(Code.BAD_REQUEST, caller.functions(9));
    assertTrue(words.contains("8 virtual functions at most"), words);
    Files.delete(card.attribute(FakeCard.CARD, "sriov_totalvfs"));
    caller.refused(Code.UNSUPPORTED, caller.functions(1));
    assertEquals(List.of(), card.kernelWrites);
  }

  @Test
  void functionsThatAreUsedAllStay() throws IOException {
    caller.ok(caller.functions(4));
    caller.ok(caller.create(slice, Caller.plain(SECOND)));
    caller.refused(Code.SLICED, caller.functions(0));
    caller.ok(caller.remove(slice));
    card.process(4242, "qemu-system-x86", "/dev/vfio/11");
    String words = caller.refused(Code.HELD, caller.functions(2));
    assertTrue(words.contains("4242"), words);
    card.endProcess(4242);
    card.write("var/lib/ostler/vfio-managed", SECOND + "\n");
    words = caller.refused(Code.HELD, caller.functions(0));
    assertTrue(words.contains("ostler-vfio"), words);
    card.write("var/lib/ostler/vfio-managed", "");
    Files.createSymbolicLink(
        card.attribute(SECOND, "driver"), card.root.resolve("sys/bus/pci/drivers/nvidia"));
    words = caller.refused(Code.HELD, caller.functions(0));
    assertTrue(words.contains("host's driver nvidia"), words);
    Files.delete(card.attribute(SECOND, "driver"));
    caller.ok(caller.functions(0));
  }

  @Test
  void aFunctionBelongsToOneSlice() {
    caller.ok(caller.functions(4));
    caller.ok(caller.create(slice, Caller.plain(FIRST)));
    caller.refused(Code.SLICE_EXISTS, caller.create(caller.draw(), Caller.plain(FIRST)));
    caller.refused(Code.UNSUPPORTED, caller.create(caller.draw(), Caller.plain("0000:42:00.1")));
    assertTrue(caller.ok(caller.list()).contains("\"available\":3"));
  }

  @Test
  void whatTheDriverRefusesIsSaidAndNothingIsRecordedThatIsNot() {
    card.fault(NUMVFS, "No such file or directory");
    caller.refused(Code.UNSUPPORTED, caller.functions(4));
    card.mend();
    card.fault(NUMVFS, "Cannot allocate memory");
    String words = caller.refused(Code.FUNCTIONS_FAILED, caller.functions(4));
    assertTrue(words.contains("has 0 virtual functions now"), words);
    assertTrue(caller.ok(caller.list()).contains("{\"asked\":4,\"have\":0}"));
    card.mend();
    caller.ok(caller.functions(4));
  }

  @Test
  void anOlderOrderForTheCardIsRefusedAfterANewerOneForAFunction() {
    caller.ok(caller.functions(4, caller.fence(5)));
    caller.ok(caller.create(slice, Caller.plain(FIRST), caller.fence(9)));
    caller.ok(caller.remove(slice, caller.fence(10)));
    caller.refused(Code.STALE_FENCE, caller.functions(0, caller.fence(8)));
    caller.ok(caller.functions(0, caller.fence(11)));
    caller.refused(
        Code.STALE_FENCE, caller.create(caller.draw(), Caller.plain(FIRST), caller.fence(10)));
  }

  @Test
  void afterARebootTheFunctionsAndTheirSlicesComeBackBeforeAnythingIsOffered() throws IOException {
    caller.ok(caller.functions(4));
    caller.ok(caller.create(slice, Caller.plain(FIRST)));
    card.reboot();
    String before = caller.ok(caller.list());
    assertTrue(before.contains("\"restore_needed\":true") && before.contains("\"offers\":[]"));
    caller.ok(caller.restore());
    String after = caller.ok(caller.list());
    assertTrue(after.contains("\"restore_needed\":false"), after);
    assertTrue(after.contains("\"seen\":\"there\""), after);
    assertEquals("", card.driverOf(FIRST));
  }

  @Test
  void aKillWhileTheNumberChangesLeavesTheNumberThatThereIs() throws IOException {
    for (int change = 0; ; change++) {
      use(new FakeCard(Files.createDirectory(root.resolve("k" + change)), false));
      caller.ok(caller.functions(2));
      Request request = caller.functions(4);
      card.cutPowerAfter(change);
      boolean dies = false;
      try {
        caller.ok(request);
      } catch (FakeKernel.PowerCut e) {
        dies = true;
      }
      assertEquals(dies, card.powerReturns());
      caller.run(caller.remove(slice, caller.fence(2)));
      int have = card.attributeText(FakeCard.CARD, "sriov_numvfs").equals("0") ? 0 : 2;
      String list = caller.ok(caller.list());
      if (dies && !card.attributeText(FakeCard.CARD, "sriov_numvfs").equals("4")) {
        assertTrue(list.contains("\"have\":" + have), list);
      }
      assertTrue(caller.ok(request).contains("\"have\":4"));
      if (!dies) {
        return;
      }
    }
  }

  // Types.

  @Test
  void aFunctionIsGivenATypeAndItsNameIsKeptSinceItCannotBeReadBack() throws IOException {
    vendor();
    caller.ok(caller.create(slice, Caller.vendor(FIRST, "1155")));
    assertEquals("1155", current(FIRST));
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"type\":\"1155\",\"name\":\"NVIDIA L40S-8Q\",\"phase\""), list);
    assertTrue(list.contains("\"available\":3"), list);
    caller.ok(caller.remove(slice));
    assertEquals("0", current(FIRST));
  }

  @Test
  void aLateOrderForTheTenantBeforeDoesNotTouchTheFunctionOfTheNext() throws IOException {
    vendor();
    caller.ok(caller.create(slice, Caller.vendor(FIRST, "1155"), caller.fence(20)));
    caller.ok(caller.remove(slice, caller.fence(21)));
    SliceId next = caller.draw();
    caller.ok(caller.create(next, Caller.vendor(FIRST, "1155"), caller.fence(22)));
    caller.run(caller.remove(slice, caller.fence(21)));
    caller.run(caller.create(slice, Caller.vendor(FIRST, "1155"), caller.fence(20)));
    assertEquals("1155", current(FIRST));
    caller.refused(
        Code.STALE_FENCE,
        caller.create(caller.draw(), Caller.vendor(FIRST, "1155"), caller.fence(21)));
    assertTrue(caller.ok(caller.list()).contains("\"slice\":\"" + next + "\""));
  }

  @Test
  void whatIsLeftIsReadAgainAfterEverySlice() throws IOException {
    vendor();
    caller.ok(caller.create(slice, Caller.vendor(FIRST, "1155")));
    caller.refused(Code.NO_INSTANCE, caller.create(caller.draw(), Caller.vendor(SECOND, "1156")));
    caller.ok(caller.create(caller.draw(), Caller.vendor(SECOND, "1155")));
    caller.refused(
        Code.NO_INSTANCE, caller.create(caller.draw(), Caller.vendor("0000:41:00.3", "1155")));
  }

  @Test
  void aTypeThatSomebodyElseGaveIsLeftAlone() throws IOException {
    vendor();
    card.attribute(FIRST, "nvidia/current_vgpu_type", "1156\n");
    caller.refused(Code.SLICE_EXISTS, caller.create(slice, Caller.vendor(FIRST, "1155")));
    assertTrue(caller.ok(caller.list()).contains("\"foreign\":[{\"kind\":\"vendor-vf\""));
    caller.refused(Code.SLICED, caller.functions(0));
    card.attribute(FIRST, "nvidia/current_vgpu_type", "0\n");
    caller.ok(caller.create(slice, Caller.vendor(FIRST, "1155")));
    card.attribute(FIRST, "nvidia/current_vgpu_type", "1156\n");
    caller.refused(Code.SLICE_EXISTS, caller.remove(slice));
    assertEquals("1156", current(FIRST));
    caller.ok(caller.remove(slice, Caller.byHand()));
    assertEquals("1156", current(FIRST));
  }

  @Test
  void aFunctionThatSomebodyHasOpenKeepsItsType() throws IOException {
    vendor();
    caller.ok(caller.create(slice, Caller.vendor(FIRST, "1155")));
    card.process(4242, "qemu-system-x86", "/dev/vfio/10");
    caller.refused(Code.HELD, caller.remove(slice));
    assertEquals("1155", current(FIRST));
  }

  @Test
  void typesComeBackAfterARebootWithTheirFunctions() throws IOException {
    vendor();
    caller.ok(caller.create(slice, Caller.vendor(SECOND, "1155")));
    card.reboot();
    String answer = caller.ok(caller.restore());
    assertTrue(answer.contains("\"restored\":[\"" + slice + "\"]"), answer);
    assertEquals("1155", current(SECOND));
  }

  @Test
  void aKillWhileATypeIsGivenOrTakenLeavesBooksThatAreTrue() throws IOException {
    for (int change = 0; ; change++) {
      use(FakeCard.ofVendor(Files.createDirectory(root.resolve("v" + change))));
      caller.ok(caller.functions(2));
      Request create = caller.create(slice, Caller.vendor(FIRST, "1155"));
      boolean died = killed(create, change);
      String list = caller.ok(caller.list());
      assertEquals(current(FIRST).equals("1155"), list.contains("\"phase\":\"live\""), list);
      assertTrue(list.contains("\"foreign\":[]"), list);
      caller.ok(create);
      Request remove = caller.remove(slice);
      died |= killed(remove, change);
      list = caller.ok(caller.list());
      assertEquals(current(FIRST).equals("1155"), list.contains("\"phase\":\"live\""), list);
      caller.ok(remove);
      assertEquals("0", current(FIRST));
      if (!died) {
        return;
      }
    }
  }

  private boolean killed(Request request, int change) {
    card.cutPowerAfter(change);
    try {
      caller.ok(request);
    } catch (FakeKernel.PowerCut e) {
      assertTrue(card.powerReturns());
      caller.run(caller.remove(caller.draw(), caller.fence(2)));
      return true;
    }
    card.powerReturns();
    return false;
  }
}
