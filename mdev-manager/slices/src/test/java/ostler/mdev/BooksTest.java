package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.root.Code;
import ostler.root.FakeKernel;

/** What the books say is said of one card, one path and one order, and is not lost. */
class BooksTest {

  private static final String SMALL = "nvidia-11";
  private static final String LARGE = "nvidia-12";
  private static final String FIRST = "0000:41:00.1";

  @TempDir Path root;
  private FakeCard card;
  private Caller caller;

  private void mediated() throws IOException {
    use(FakeCard.mediated(root, false));
  }

  private void vendor() throws IOException {
    use(FakeCard.ofVendor(root));
    caller.ok(caller.functions(4));
  }

  private void use(FakeCard next) {
    card = next;
    caller = new Caller(card);
  }

  private SliceId made(Wish wish) {
    SliceId id = caller.draw();
    caller.ok(caller.create(id, wish));
    return id;
  }

  private void anotherCardIsPutIn() throws IOException {
    card.reboot();
    card.attribute(FakeCard.CARD, "device", "0x1eb8\n");
  }

  private String book() throws IOException {
    return Files.readString(root.resolve("var/lib/ostler/mdev/parents/0000:41:00.0.json"));
  }

  @Test
  void theSlicesOfACardThatWasTakenOutStayItsOwnUntilTheLastIsRemovedByHand() throws IOException {
    mediated();
    SliceId first = made(Caller.mediated(SMALL));
    SliceId second = made(Caller.mediated(LARGE));
    anotherCardIsPutIn();
    caller.ok(caller.remove(first, Caller.byHand()));
    caller.refused(Code.GROUP_CHANGED, caller.restore());
    caller.refused(Code.GROUP_CHANGED, caller.create(caller.draw(), Caller.mediated(SMALL)));
    assertEquals(List.of(), card.slices());
    caller.ok(caller.remove(second, Caller.byHand()));
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"restore_needed\":false"), list);
    made(Caller.mediated(SMALL));
    caller.refused(Code.RETIRED, caller.create(second, Caller.mediated(LARGE)));
  }

  @Test
  void aCardInheritsNoFunctionsFromTheOneBeforeIt() throws IOException {
    use(new FakeCard(root, false));
    caller.ok(caller.functions(4));
    anotherCardIsPutIn();
    caller.ok(caller.restore());
    assertEquals("0", card.attributeText(FakeCard.CARD, "sriov_numvfs"));
    assertFalse(caller.ok(caller.list()).contains("asked_functions"));
  }

  @Test
  void aTypeOnTheNewCardsFunctionIsNotTakenForTheOldCards() throws IOException {
    vendor();
    SliceId old = made(Caller.vendor(FIRST, "1155"));
    card.attribute(FakeCard.CARD, "device", "0x1eb8\n");
    caller.ok(caller.remove(old, Caller.byHand()));
    assertEquals("1155", card.attributeText(FIRST, "nvidia/current_vgpu_type"));
    assertTrue(caller.ok(caller.list()).contains("\"foreign\":[{\"kind\":\"vendor-vf\""));
  }

  @Test
  void aFunctionThatBelongsToAnotherDeviceNowIsLeftAlone() throws IOException {
    vendor();
    SliceId slice = made(Caller.vendor(FIRST, "1155"));
    moveFunction();
    String words = caller.refused(Code.SLICE_EXISTS, caller.remove(slice));
    assertTrue(words.contains(FIRST), words);
    assertEquals("1155", card.attributeText(FIRST, "nvidia/current_vgpu_type"));
    card.attribute(FIRST, "nvidia/current_vgpu_type", "0\n");
    String restored = caller.ok(caller.restore());
    assertTrue(restored.contains("\"code\":\"SLICE_EXISTS\""), restored);
    assertEquals("0", card.attributeText(FIRST, "nvidia/current_vgpu_type"));
    card.attribute(FIRST, "nvidia/current_vgpu_type", "1155\n");
    caller.ok(caller.remove(slice, Caller.byHand()));
    assertEquals("1155", card.attributeText(FIRST, "nvidia/current_vgpu_type"));
  }

  private void moveFunction() throws IOException {
    Path parent = card.attribute(FIRST, "physfn");
    Files.delete(parent);
    Files.createSymbolicLink(parent, card.attribute("0000:42:00.0", ".").normalize());
  }

  @Test
  void aKillInMidRemoveDoesNotLoseTheOrderForThePath() throws IOException {
    vendor();
    SliceId slice = made(Caller.vendor(FIRST, "1155"));
    for (int change = 0; card.attributeText(FIRST, "nvidia/current_vgpu_type").equals("1155"); ) {
      card.cutPowerAfter(change++);
      try {
        caller.run(caller.remove(slice, caller.fence(50)));
      } catch (FakeKernel.PowerCut e) {
        assertTrue(card.powerReturns());
      }
      card.powerReturns();
    }
    caller.run(caller.remove(caller.draw(), caller.fence(2)));
    caller.refused(
        Code.STALE_FENCE,
        caller.create(caller.draw(), Caller.vendor(FIRST, "1155"), caller.fence(49)));
    caller.ok(caller.create(caller.draw(), Caller.vendor(FIRST, "1155"), caller.fence(51)));
  }

  @Test
  void aLostSliceThatCannotBeMadeAgainStaysInTheBooks() throws IOException {
    mediated();
    SliceId slice = made(Caller.mediated(SMALL));
    card.reboot();
    String create = "sys/bus/pci/devices/0000:41:00.0/mdev_supported_types/nvidia-11/create";
    for (String words : List.of("Input/output error", "File exists")) {
      card.fault(create, words);
      caller.run(caller.create(slice, Caller.mediated(SMALL)));
      String list = caller.ok(caller.list());
      assertTrue(list.contains("\"slice\":\"" + slice + "\""), list);
      assertTrue(list.contains("\"phase\":\"live\""), list);
    }
    card.mend();
    assertTrue(caller.ok(caller.restore()).contains("\"restored\":[\"" + slice + "\"]"));
  }

  @Test
  void aNewerOrderForASliceThatIsThereIsRemembered() throws IOException {
    vendor();
    SliceId slice = caller.draw();
    caller.ok(caller.create(slice, Caller.vendor(FIRST, "1155"), caller.fence(30)));
    caller.ok(caller.create(slice, Caller.vendor(FIRST, "1155"), caller.fence(40)));
    caller.refused(Code.STALE_FENCE, caller.remove(slice, caller.fence(35)));
    assertTrue(book().contains("\"number\":40"), book());
    caller.ok(caller.remove(slice, caller.fence(41)));
  }

  @Test
  void aGroupThatCannotBeReadMayHaveUsers() throws IOException {
    mediated();
    SliceId slice = made(Caller.mediated(SMALL));
    card.attribute(FakeCard.CARD, slice + "/iommu_group", "no link");
    caller.refused(Code.CANNOT_LOOK, caller.remove(slice));
    assertEquals(List.of(slice.toString()), card.slices());
    Files.delete(card.attribute(FakeCard.CARD, slice + "/iommu_group"));
    caller.ok(caller.remove(slice));
  }

  @Test
  void functionsThatCannotBeSeenAreNotTakenForNone() throws IOException {
    use(new FakeCard(root, false));
    caller.ok(caller.functions(2));
    int writes = card.kernelWrites.size();
    card.attribute(FakeCard.CARD, "virtfn9", "no link");
    caller.refused(Code.CANNOT_LOOK, caller.functions(0));
    caller.refused(Code.CANNOT_LOOK, caller.restore());
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"problem\":{\"code\":\"CANNOT_LOOK\""), list);
    assertEquals(writes, card.kernelWrites.size());
    Files.delete(card.attribute(FakeCard.CARD, "virtfn9"));
    caller.ok(caller.functions(0));
  }
}
