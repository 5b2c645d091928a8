package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.root.Code;
import ostler.root.Refusal;

/** Which domains may start. */
class HookTest {

  private static final List<String> QUESTION = List.of("vm1", "prepare", "begin", "-");
  private static final String INSTANCE = "0b4e0f4e-1111-2222-3333-444444444444";
  private static final String GPU =
      "<hostdev mode='subsystem' type='pci' managed='no'><source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>"
          + "<address type='pci' domain='0x0000' bus='0x03' slot='0x00' function='0x0'/></hostdev>";
  private static final String MEMORY =
      "<interface type='hostdev'><source><address type='pci' bus='3' slot='0'/></source></interface>";

  @TempDir Path root;
  private FakeHost host;
  private Caller caller;
  private RunningGuard guard;

  @BeforeEach
  void aHostWithTwoBoundUnits() throws IOException, InterruptedException {
    host = new FakeHost(root);
    host.gpu();
    host.memory(1 << 20);
    caller = new Caller(host);
    guard = host.guard();
    caller.ok(caller.order(Verb.BIND, Caller.GPU));
    caller.ok(caller.order(Verb.BIND, Caller.MEMORY));
  }

  @AfterEach
  void theGuardGoes() throws IOException {
    guard.close();
  }

  private Optional<Refusal> ask(String devices) throws IOException {
    return askRaw(
        "<domain type='kvm'><name>vm1</name><uuid>0b4e0f4e-1111-2222-3333-444444444444</uuid><devices>"
            + devices
            + "</devices></domain>");
  }

  private Optional<Refusal> askRaw(String xml) throws IOException {
    return new Hook(host.outside())
        .decide(QUESTION, new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  private void vetoed(String devices, String because) throws IOException {
    String words = ask(devices).orElseThrow().getMessage();
    assertTrue(words.contains(because), words);
  }

  @Test
  void aDeviceWithoutPermitIsVetoedWithASentence() throws IOException {
    vetoed(
        GPU,
        "0000:01:00.0 is not ready for domain vm1: it is dirty or resting (no permit). Ask for a claim first.");
  }

  @Test
  void thePermitsDomainMayStartByNameAndByUuid() throws IOException {
    caller.ok(caller.permit(Caller.GPU, Caller.tenant("vm1")));
    assertEquals(Optional.empty(), ask(GPU));
    caller.ok(caller.permit(Caller.MEMORY, Caller.tenant("0B4E0F4E-1111-2222-3333-444444444444")));
    assertEquals(Optional.empty(), ask(MEMORY));
  }

  @Test
  void anotherDomainMayNot() throws IOException {
    caller.ok(caller.permit(Caller.GPU, Caller.tenant("vm2")));
    vetoed(GPU, "belongs to another claim");
  }

  @Test
  void aPermitThatIsBeingTakenBackIsNone() throws IOException, InterruptedException {
    caller.ok(caller.permit(Caller.GPU, Caller.tenant("vm1")));
    guard.close();
    caller.refused(Code.GUARD_ABSENT, caller.order(Verb.FORBID, Caller.GPU));
    vetoed(GPU, "no permit");
    guard = host.guard();
  }

  @Test
  void everyDeviceOfTheDomainNeedsAPermitOfTheSameClaim() throws IOException {
    caller.ok(caller.permit(Caller.GPU, Caller.tenant("vm1")));
    vetoed(GPU + MEMORY, "0000:03:00.0");
  }

  @Test
  void unmanagedDevicesAndGuestAddressesAreNobodysBusiness() throws IOException {
    assertEquals(Optional.empty(), ask(GPU.replace("bus='0x01'", "bus='0x77'")));
    assertEquals(
        Optional.empty(),
        ask(
            "<controller><address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></controller>"));
    assertEquals(
        Optional.empty(),
        ask(
            "<hostdev type='mdev'><source><address uuid='4b20d080-1b54-4048-85b3-a6a62d165c01'/></source></hostdev>"));
  }

  @Test
  void whatCannotBeReadIsAVeto() throws IOException {
    assertTrue(askRaw("<domain><name>vm1</name>").isPresent());
    assertTrue(askRaw("no xml").isPresent());
    vetoed(GPU.replace("bus='0x01'", "bus='seven'"), "oddly");
    host.write("var/lib/ostler/vfio/units/0000:01:00.0.json", "gibberish");
    vetoed(GPU, "cannot be read");
  }

  private static String instance(String devices) {
    return """
        <domain type='kvm'><name>vm1</name><uuid>%s</uuid>
          <metadata><nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
            <nova:owner><nova:user uuid="u1">a user</nova:user>
              <nova:project uuid="b9a1b1e8">a project</nova:project></nova:owner>
          </nova:instance></metadata>
          <devices>%s</devices></domain>"""
        .formatted(INSTANCE, devices);
  }

  private void vetoedInstance(String because) throws IOException {
    String words = askRaw(instance(GPU)).orElseThrow().getMessage();
    assertTrue(words.contains(because), words);
  }

  @Test
  void anInstanceOfNovasGetsAClaimOfItsDevicesBeforeItStarts() throws IOException {
    try (FakeAgent agent =
        FakeAgent.at(
            host.outside().layout().startDoor(),
            () -> {
              caller.ok(caller.permit(Caller.GPU, Caller.tenant(INSTANCE)));
              return "{\"ok\":true}";
            })) {
      assertEquals(Optional.empty(), askRaw(instance(GPU)));
      assertEquals(
          List.of(
              "{\"consumer\":{\"source\":\"nova\",\"type\":\"instance\",\"id\":\""
                  + INSTANCE
                  + "\"},\"project\":\"b9a1b1e8\",\"devices\":[\"0000:01:00.0\"]}"),
          agent.heard());
      assertEquals(Optional.empty(), askRaw(instance(GPU)), "it has its permit");
      assertEquals(1, agent.heard().size(), "and so nobody is asked again");
    }
  }

  @Test
  void whyThereIsNoClaimIsTheVeto() throws IOException {
    try (FakeAgent agent =
        FakeAgent.at(
            host.outside().layout().startDoor(),
            () -> "{\"ok\":false,\"code\":\"QUOTA_EXCEEDED\",\"message\":\"p1 has 1 of 1\"}")) {
      vetoedInstance("There is no claim for this instance: QUOTA_EXCEEDED: p1 has 1 of 1");
      assertEquals(1, agent.heard().size());
    }
  }

  @Test
  void aYesOfTheAgentsPermitsNothing() throws IOException {
    try (FakeAgent agent =
        FakeAgent.at(host.outside().layout().startDoor(), () -> "{\"ok\":true}")) {
      vetoedInstance("it is dirty or resting (no permit)");
      caller.ok(caller.permit(Caller.GPU, Caller.tenant("another")));
      vetoedInstance("belongs to another claim");
      assertEquals(2, agent.heard().size());
    }
  }

  @Test
  void withoutAnAgentOrWithOneThatBabblesAnInstanceDoesNotStart() throws IOException {
    vetoedInstance("the agent does not answer");
    try (FakeAgent agent = FakeAgent.at(host.outside().layout().startDoor(), () -> "gibberish")) {
      vetoedInstance("the agent's answer is none");
      assertEquals(1, agent.heard().size());
    }
  }

  @Test
  void aDomainOfNobodysCloudAsksNobody() throws IOException {
    try (FakeAgent agent =
        FakeAgent.at(host.outside().layout().startDoor(), () -> "{\"ok\":true}")) {
      vetoed(GPU, "no permit");
      assertEquals(List.of(), agent.heard());
    }
  }

  @Test
  void entitiesReadNothingFromOutside() throws IOException {
    String xml =
        "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><name>&x;</name></domain>";
    assertTrue(askRaw(xml).isPresent());
  }
}
