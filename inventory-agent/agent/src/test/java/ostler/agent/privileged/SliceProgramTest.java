package ostler.agent.privileged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.agent.host.Story;
import ostler.agent.privileged.Exchange.Ending;
import ostler.agent.privileged.RootProgram.Kept;
import ostler.agent.privileged.RootProgram.Stamp;
import ostler.inventory.Fence;
import ostler.inventory.ForeignSlice;
import ostler.inventory.Holder;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SliceHandle;
import ostler.inventory.SliceId;
import ostler.inventory.SlicePlacement;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;
import ostler.pci.PciAddress;

/** The lines that go to the root program for slices, and what is made of its answers. */
final class SliceProgramTest {

  private static final UUID OPERATION = UUID.fromString("00000000-0000-0000-0000-0000000000e1");
  private static final Stamp STAMP = new Stamp(OPERATION, new Fence(1, 17));
  private static final PciAddress PARENT = PciAddress.parse("0000:41:00.0");
  private static final PciAddress FUNCTION = PciAddress.parse("0000:41:00.4");
  private static final SliceId SLICE =
      SliceId.tryParse("c2177883-f1bb-47f0-914d-32a22e3a8804").orElseThrow();
  private static final String OF_THE_SLICE =
      "\"op\":\"00000000-0000-0000-0000-0000000000e1\",\"parent\":\"0000:41:00.0\","
          + "\"fence\":{\"epoch\":1,\"number\":17},"
          + "\"slice\":\"c2177883-f1bb-47f0-914d-32a22e3a8804\"";

  /** One verb of the program. */
  private interface Verb {
    Answer<?> call(SliceProgram slices) throws InterruptedException;
  }

  private static SliceProgram answering(String line) {
    return new SliceProgram((request, deadline) -> new Ending.Line(line));
  }

  private static void assertAsks(String expected, Verb verb) throws InterruptedException {
    StringBuilder asked = new StringBuilder();
    verb.call(
        new SliceProgram(
            (request, deadline) -> {
              asked.append(request);
              return new Ending.Nothing("a test");
            }));
    assertEquals("{\"v\":1,\"verb\":" + expected + "}", asked.toString());
  }

  @Test
  void eachVerbAsksAsAgreed() throws Exception {
    assertAsks(
        "\"permit\","
            + OF_THE_SLICE
            + ",\"claim\":{\"id\":\"00000000-0000-0000-0000-0000000000c1\",\"project\":\"p1\","
            + "\"consumer\":{\"source\":\"libvirt\",\"type\":\"domain\",\"id\":\"vm-1\"}}",
        slices -> slices.permit(STAMP, PARENT, SLICE, Story.tenant(1)));
    assertAsks("\"forbid\"," + OF_THE_SLICE, slices -> slices.forbid(STAMP, PARENT, SLICE));
    assertAsks("\"remove\"," + OF_THE_SLICE, slices -> slices.remove(STAMP, PARENT, SLICE));
    assertAsks(
        "\"functions\","
            + OF_THE_SLICE.substring(0, OF_THE_SLICE.indexOf(",\"slice\""))
            + ",\"count\":4",
        slices -> slices.functions(STAMP, PARENT, 4));
    String looking = "\"op\":\"" + OPERATION + "\",\"parent\":\"" + PARENT + "\"";
    assertAsks("\"restore\"," + looking, slices -> slices.restore(OPERATION, PARENT));
    assertAsks("\"list\"," + looking, slices -> slices.list(OPERATION, PARENT));
  }

  @Test
  void aSliceIsAskedForByItsPlaceItsTypeAndTheNameThatTheTypeMustHave() throws Exception {
    MdevTypeId type = new MdevTypeId("nvidia-222");
    assertAsks(
        "\"create\","
            + OF_THE_SLICE
            + ",\"kind\":\"vendor-vf\",\"function\":\"0000:41:00.4\","
            + "\"type\":\"nvidia-222\",\"name\":\"GRID T4-4Q\"",
        slices ->
            slices.create(
                STAMP,
                SLICE,
                new SliceProgram.Wish(
                    UnitKind.VENDOR_VF,
                    PARENT,
                    Optional.of(FUNCTION),
                    type,
                    Optional.of(new SliceTypeName("GRID T4-4Q")))));
    assertAsks(
        "\"create\"," + OF_THE_SLICE + ",\"kind\":\"mdev\",\"type\":\"nvidia-222\"",
        slices ->
            slices.create(
                STAMP,
                SLICE,
                new SliceProgram.Wish(
                    UnitKind.MDEV, PARENT, Optional.empty(), type, Optional.empty())));
  }

  @Test
  void whatWasDoneAndWhatWasRefusedIsUnderstood() throws Exception {
    assertEquals(
        new Answer.Done<>(new Kept(true)),
        answering("{\"v\":1,\"ok\":true,\"slice\":\"" + SLICE + "\",\"guarded\":true}")
            .forbid(STAMP, PARENT, SLICE));
    Answer<Kept> refused =
        answering("{\"v\":1,\"ok\":false,\"code\":\"PERMITTED\",\"message\":\"No.\",\"detail\":{}}")
            .remove(STAMP, PARENT, SLICE);
    assertEquals("PERMITTED", assertInstanceOf(Answer.Refused.class, refused).code());
    Answer<SliceProgram.Restored> restored =
        answering(
                "{\"ok\":true,\"restored\":[],\"failed\":[{\"slice\":\""
                    + SLICE
                    + "\",\"code\":\"CREATE_FAILED\",\"message\":\"No.\"}],\"offers\":[]}")
            .restore(OPERATION, PARENT);
    assertEquals(
        new Answer.Done<>(
            new SliceProgram.Restored(
                List.of(new SliceProgram.Failed(SLICE, "CREATE_FAILED", "No.")))),
        restored);
  }

  @Test
  void howAParentStandsIsUnderstoodAndAnOddNameHidesNoOtherType() throws Exception {
    String line =
        """
        {"ok":true,"parents":[{"parent":"0000:41:00.0","driver":"nvidia","total_functions":16,
        "functions":["0000:41:00.4"],"restore_needed":false,"slices":[{"slice":"%s","kind":"mig",
        "phase":"live","seen":"there","handle":"MIG-1",
        "holders":[{"pid":4711,"command":"python3","file":"a"}],"holders_known":true}],
        "foreign":[{"kind":"mdev","place":"0000:41:00.0","uuid":"u","type":"nvidia-1"}],
        "offers":[{"kind":"mdev","type":"nvidia-222","name":"GRID T4-4Q","description":"d",
        "available":3,"limit":5,"places":["0000:41:00.0"],"placements":[{"start":0,"size":2}]},
        {"kind":"mdev","type":"nvidia-223","name":"!","available":1,"places":[]},
        {"kind":"sriov-vf","available":1,"places":["0000:41:00.4"]}]}]}\
        """
            .formatted(SLICE);
    Answer<SliceProgram.Standing> answer = answering(line).list(OPERATION, PARENT);
    assertEquals(
        new Answer.Done<>(
            new SliceProgram.Standing(
                OptionalInt.of(16),
                List.of(FUNCTION),
                List.of(
                    new SliceProgram.Booked(
                        SLICE,
                        true,
                        List.of(new Holder(Holder.Kind.PROCESS, "4711", "python3")),
                        true,
                        Optional.empty(),
                        Optional.of(new SliceHandle("MIG-1")))),
                List.of(
                    new ForeignSlice(
                        UnitKind.MDEV,
                        PARENT,
                        Optional.of("u"),
                        Optional.of(new MdevTypeId("nvidia-1")))),
                List.of(
                    new SliceProgram.Offer(
                        UnitKind.MDEV,
                        Optional.of(new MdevTypeId("nvidia-222")),
                        Optional.of(new SliceTypeName("GRID T4-4Q")),
                        Optional.of("d"),
                        OptionalLong.empty(),
                        3,
                        OptionalInt.of(5),
                        List.of(PARENT),
                        List.of(new SlicePlacement(0, 2))),
                    nameless(UnitKind.MDEV, Optional.of(new MdevTypeId("nvidia-223")), List.of()),
                    nameless(UnitKind.SRIOV_VF, Optional.empty(), List.of(FUNCTION))),
                Optional.empty())),
        answer);
  }

  private static SliceProgram.Offer nameless(
      UnitKind kind, Optional<MdevTypeId> type, List<PciAddress> places) {
    return new SliceProgram.Offer(
        kind,
        type,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        1,
        OptionalInt.empty(),
        places,
        List.of());
  }

  @Test
  void anAnswerWithoutTheParentIsNone() throws Exception {
    Answer<?> answer = answering("{\"ok\":true,\"parents\":[]}").list(OPERATION, PARENT);
    String words = assertInstanceOf(Answer.Broken.class, answer).message();
    assertTrue(words.startsWith("ostler-mdev list"), words);
  }
}
