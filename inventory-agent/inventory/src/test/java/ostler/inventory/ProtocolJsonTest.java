package ostler.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import ostler.pci.PciAddress;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.wire.WireException;

final class ProtocolJsonTest {

  private static final PciAddress GPU = PciAddress.parse("0000:01:00.0");
  private static final PciAddress AUDIO = PciAddress.parse("0000:01:00.1");
  private static final BootId BOOT = BootId.parse("00000000-0000-0000-0000-0000000000b0");
  private static final ClaimId CLAIM = ClaimId.parse("00000000-0000-0000-0000-0000000000c0");
  private static final WipeId WIPE = WipeId.parse("00000000-0000-0000-0000-0000000000d0");
  private static final Tenant TENANT =
      new Tenant(CLAIM, new ProjectId("p1"), new Consumer("libvirt", "domain", "vm-1"));

  private static UnitId unit(int number) {
    return UnitId.parse("00000000-0000-0000-0000-00000000000" + number);
  }

  private static UnitMembers card() {
    DeviceIdentity identity =
        new DeviceIdentity(
            PciId.parse("1002:5046"),
            Optional.of(PciId.parse("1af4:1100")),
            161,
            Optional.of(new SerialNumber("0042")),
            Optional.empty(),
            Optional.empty());
    return new UnitMembers(
        List.of(
            new UnitMember(AUDIO, DeviceIdentity.ofModel(PciId.parse("8086:293e"))),
            new UnitMember(GPU, identity)));
  }

  private static UnitOrder order(int number, Goal goal) {
    return UnitOrder.whole(unit(number), card(), new Fence(1, number), goal, ChainHash.START);
  }

  private static DesiredState desired() {
    return new DesiredState(
        new HostName("gpu-1"),
        1,
        8,
        List.of(
            order(0, new Goal.Rest()),
            order(
                1,
                new Goal.Clean(
                    new WipeOrder(WIPE, WipeLevel.L3, ResetChoice.AUTO, Optional.of(CLAIM)))),
            order(2, new Goal.Ready(TENANT)),
            order(3, new Goal.Release(TENANT)),
            order(4, new Goal.GiveBack()),
            order(5, new Goal.Sliced(4)),
            new UnitOrder(
                unit(6),
                UnitKind.MDEV,
                card(),
                Optional.of(
                    new SlicePart(card().members().get(0), new SliceTypeName("GRID T4-4Q"))),
                new Fence(1, 6),
                new Goal.Rest(),
                ChainHash.START)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static HostReport report(Optional<HostInventory> inventory) {
    return new HostReport(
        new HostName("gpu-1"),
        new AgentRun(
            "0.1.0",
            AgentInstance.parse("00000000-0000-0000-0000-0000000000e1"),
            Optional.of(AgentInstance.parse("00000000-0000-0000-0000-0000000000e0")),
            Instant.parse("2026-01-02T03:04:05Z")),
        BOOT,
        12,
        7,
        true,
        ChainHash.of("inventory"),
        inventory,
        new HostFacts(
            Optional.of("6.1.0"),
            Optional.of("Debian 12"),
            Optional.empty(),
            OptionalLong.of(2048),
            true),
        List.of(
            new UnitReport(
                unit(1),
                new Fence(1, 17),
                UnitPhase.IN_USE,
                true,
                false,
                List.of(new Holder(Holder.Kind.DOMAIN, "0b4e", "vm-1")),
                true,
                Optional.of(new UnitProblem("HELD", "Domain vm-1 holds it.", 3)),
                Optional.of(new SliceHandle("83b8f4f2-509f-382f-3c1e-e6bfe0fa1001")))),
        List.of(parent()),
        List.of(
            new SignedWipe(
                "{}",
                ChainHash.START,
                ChainHash.START.followedBy("{}"),
                "A".repeat(SignedWipe.SIGNATURE_CHARS))),
        List.of(
            new ForeignHolder(List.of(AUDIO, GPU), new Holder(Holder.Kind.PROCESS, "42", "qemu"))),
        List.of(new UnorderedSlice(desired().units().get(6), Optional.of(TENANT))));
  }

  private static ParentReport parent() {
    return new ParentReport(
        unit(2),
        4,
        List.of(PciAddress.parse("0000:03:00.1")),
        List.of(
            new SliceOffer(
                UnitKind.VENDOR_VF,
                new SliceTypeName("NVIDIA L40S-8Q"),
                new MdevTypeId("1155"),
                Optional.of("framebuffer=8G"),
                OptionalLong.of(8192),
                1,
                OptionalInt.of(2),
                List.of(new SlicePlacement(0, 2)))),
        List.of(
            new ForeignSlice(
                UnitKind.MDEV,
                GPU,
                Optional.of("83b8f4f2-509f-382f-3c1e-e6bfe0fa1001"),
                Optional.of(new MdevTypeId("nvidia-222")))),
        Optional.empty());
  }

  private static HostInventory inventory() {
    PciFunction function =
        PciFunction.builder(
                GPU, DeviceIdentity.ofModel(PciId.parse("1002:5046")), PciClass.parse("0x030000"))
            .build();
    return new HostInventory(
        new HostName("gpu-1"),
        Optional.of(BOOT),
        Optional.of("6.1.0"),
        true,
        List.of(),
        List.of(function),
        List.of(),
        List.of(),
        true,
        List.of());
  }

  @Test
  void everyGoalIsReadBackAsItWasWritten() throws WireException {
    assertEquals(desired(), DesiredJson.read(utf8(DesiredJson.write(desired()))));
  }

  @Test
  void anOrderLooksAsAgreed() {
    DesiredState one = new DesiredState(new HostName("h"), 1, 8, desired().units().subList(1, 2));
    assertEquals(
        "{\"host\":\"h\",\"epoch\":1,\"revision\":8,\"units\":[{\"unit\":\""
            + unit(1)
            + "\",\"kind\":\"whole\",\"members\":[\"0000:01:00.0\",\"0000:01:00.1\"],"
            + "\"identities\":[{\"vendor\":\"1002\",\"device\":\"5046\","
            + "\"subsystem_vendor\":\"1af4\",\"subsystem_device\":\"1100\","
            + "\"revision\":\"a1\",\"serial\":\"0042\"},"
            + "{\"vendor\":\"8086\",\"device\":\"293e\",\"revision\":\"00\"}],"
            + "\"fence\":{\"epoch\":1,\"number\":1},\"goal\":\"clean\",\"wipe\":{\"id\":\""
            + WIPE
            + "\",\"level\":\"L3\",\"reset\":\"auto\",\"previous_claim\":\""
            + CLAIM
            + "\"},\"chain_head\":\""
            + "0".repeat(64)
            + "\"}]}",
        DesiredJson.write(one));
  }

  @Test
  void anAgentLeavesFieldsAloneThatANewerAllocatorAdds() throws WireException {
    String grown = DesiredJson.write(desired()).replace("\"goal\":", "\"hint\":{},\"goal\":");
    assertEquals(desired(), DesiredJson.read(utf8(grown)));
  }

  @Test
  void anUnknownGoalOrHalfAnOrderRefusesTheWholeState() {
    String text = DesiredJson.write(desired());
    WireException goal =
        assertThrows(
            WireException.class,
            () -> DesiredJson.read(utf8(text.replace("\"give_back\"", "\"scrap\""))));
    assertEquals("units[4].goal: is not a goal that this version knows", goal.getMessage());
    WireException identities =
        assertThrows(
            WireException.class,
            () -> DesiredJson.read(utf8(text.replace(",\"0000:01:00.1\"", ""))));
    assertEquals("units[0].identities: are not as many as the members", identities.getMessage());
  }

  @Test
  void oneUnitHasOneOrder() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new DesiredState(
                new HostName("h"),
                1,
                1,
                List.of(order(1, new Goal.Rest()), order(1, new Goal.GiveBack()))));
  }

  @Test
  void aReportIsReadBackAsItWasWrittenWithAndWithoutItsInventory() throws WireException {
    for (Optional<HostInventory> part :
        List.of(Optional.<HostInventory>empty(), Optional.of(inventory()))) {
      List<WireException> refused = new ArrayList<>();
      HostReport read = ReportJson.read(utf8(ReportJson.write(report(part))), refused::add);
      assertEquals(report(part), read);
      assertTrue(refused.isEmpty());
    }
  }

  @Test
  void aBadUnitCostsThatUnitAndNotTheReport() throws WireException {
    List<WireException> refused = new ArrayList<>();
    String text = ReportJson.write(report(Optional.empty())).replace("\"in_use\"", "\"asleep\"");
    HostReport read = ReportJson.read(utf8(text), refused::add);
    assertTrue(read.units().isEmpty());
    assertEquals(1, read.wipes().size());
    assertEquals("units[0].phase: is not a phase: \"asleep\"", refused.get(0).getMessage());
  }

  @Test
  void aReportWithAFieldOfItsOwnIsRefused() {
    String text = ReportJson.write(report(Optional.empty())).replace("\"v\":1", "\"v\":1,\"w\":1");
    WireException e =
        assertThrows(WireException.class, () -> ReportJson.read(utf8(text), refused -> {}));
    assertEquals("w: is not a known field", e.getMessage());
  }

  @Test
  void aTimeThatIsNotUtcIsRefused() {
    String text =
        ReportJson.write(report(Optional.empty()))
            .replace("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+01:00");
    WireException e =
        assertThrows(WireException.class, () -> ReportJson.read(utf8(text), refused -> {}));
    assertEquals("agent.started", e.path());
  }

  @Test
  void anAnswerIsReadBackAndMayGrow() throws WireException {
    ReportAnswer answer =
        new ReportAnswer(
            8,
            true,
            List.of(WIPE),
            List.of(new ReportAnswer.WipeRefusal(WIPE, "STALE_FENCE", "Order it anew.")),
            List.of(new ReportAnswer.Warning("units[0]", "is odd")),
            30);
    String text = ReportJson.writeAnswer(answer);
    assertEquals(answer, ReportJson.readAnswer(utf8(text)));
    assertEquals(
        answer,
        ReportJson.readAnswer(utf8(text.replace("\"interval_s\"", "\"x\":1,\"interval_s\""))));
  }

  @Test
  void aJoinIsReadBackAndShowsItsSecretsToNobody() throws WireException {
    String key = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    JoinRequest request = new JoinRequest("secret-1", new AgentKey(key), "0.1.0");
    assertEquals(request, JoinRequest.read(utf8(request.toJson())));
    JoinAnswer answer = new JoinAnswer("secret-2", 1);
    assertEquals(answer, JoinAnswer.read(utf8(answer.toJson())));
    assertFalse(request.toString().contains("secret") || answer.toString().contains("secret"));
  }

  @Test
  void namesOfProjectsAndConsumersAreBounded() {
    assertTrue(ProjectId.tryParse("team/a").isEmpty());
    assertTrue(ProjectId.tryParse("").isEmpty());
    assertTrue(ProjectId.tryParse("x".repeat(129)).isEmpty());
    assertThrows(IllegalArgumentException.class, () -> new Consumer("libvirt", "domain", "a b"));
    assertEquals("libvirt/domain/vm-1", TENANT.consumer().toString());
  }
}
