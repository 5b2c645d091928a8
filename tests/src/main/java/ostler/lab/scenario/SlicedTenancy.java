package ostler.lab.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.LabMachine;
import ostler.lab.LabModule;
import ostler.lab.stack.Card;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Waiting;
import tools.jackson.databind.JsonNode;

/** That slices go from tenant to tenant as whole cards do, and that their card has one project. */
final class SlicedTenancy {

  private static final Duration DEADLINE = Duration.ofMinutes(5);
  private static final LabDevice PARENT = LabDevice.EDU;
  private static final String TYPE = "LAB GPU-4Q";
  private static final String ALIAS = "slice";

  /** The module gives 64 KiB for each unit of a type's size, and this type has four. */
  private static final long SLICE_BYTES = 4 * 0x10000;

  private static final byte[] SECRET = "left in a slice by team A".getBytes(StandardCharsets.UTF_8);

  private SlicedTenancy() {}

  static List<Scenario> scenarios() {
    return List.of(
        StackRun.scenario(
            "slices-of-a-card",
            "a card cut in two serves one project, is wiped as a whole, and then serves the next",
            SlicedTenancy::twoProjects),
        StackRun.scenario(
            "slices-after-reboot",
            "after a power cut the host makes claimed slices again alone, each its claim's",
            SlicedTenancy::afterReboot));
  }

  /** A stack with the lab's parent of slices cut in two. */
  private record Cut(StackRun run, LabModule module, String parent) implements AutoCloseable {

    static Cut boot(LabContext lab, String name) throws Exception {
      LabModule module = lab.module();
      StackRun run = StackRun.boot(lab, name, Card.B2);
      boolean done = false;
      try {
        module.load(run.stack().machine(), "");
        run.operator().join(List.of(PARENT.address()));
        Cut cut = new Cut(run, module, run.operator().admit(PARENT.address()));
        cut.clean(cut.parent, "L1");
        cut.offer();
        cut.layOut();
        done = true;
        return cut;
      } finally {
        if (!done) {
          run.close();
        }
      }
    }

    private void offer() throws Exception {
      command("alias", "set", ALIAS, "--vendor", "1234", "--kind", "mdev", "--level", "VENDOR");
      for (String project : List.of("team-a", "team-b")) {
        command("project", "set", project);
        command("quota", "set", project, "alias:" + ALIAS + "=2");
      }
    }

    private void layOut() throws Exception {
      command(
          "layout",
          "set",
          parent,
          "--kind",
          "mdev",
          "--slice",
          TYPE + "=2",
          "--parent-level",
          "L1");
      command("layout", "apply", parent, "--reason", "lab");
      awaitSlices();
    }

    /** Returns when the card is cut and its slices are clean, each of them cleaned by hand. */
    void awaitSlices() throws Exception {
      run.operator().await(parent, "SLICED");
      Waiting.until("two slices are there", DEADLINE, () -> slices().size() == 2);
      for (JsonNode slice : slices()) {
        run.operator().awaitSeen(slice.path("unit").asString());
        clean(slice.path("unit").asString(), "VENDOR");
      }
    }

    void clean(String unit, String level) throws Exception {
      run.operator().clean(unit, level);
    }

    /** The slices of the card that are not taken down. */
    List<JsonNode> slices() throws IOException, LabException {
      List<JsonNode> slices = new ArrayList<>();
      for (JsonNode slice :
          run.stack().allocator().get("/v1/slices?parent=" + parent).path("items")) {
        if (!slice.path("state").asString().equals("UNMANAGED")) {
          slices.add(slice);
        }
      }
      return slices;
    }

    CommandResult command(String... words) throws Exception {
      return run.stack().command().run(words).orThrow();
    }

    CommandResult tryClaim(String project, String name) throws Exception {
      return run.operator().tryClaim(project, ALIAS, consumer(name));
    }

    private static String consumer(String name) {
      return "libvirt:domain:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Gets a slice for a machine of that name; the claim's id. */
    String claim(String project, String name) throws Exception {
      return tryClaim(project, name).orThrow().json().path("id").asString();
    }

    /** The machine that has what the claim has. */
    LibvirtTenant tenant(String claim, String name, int number) throws Exception {
      JsonNode unit = run.stack().allocator().get("/v1/claims/" + claim).path("units").path(0);
      UUID handle = UUID.fromString(unit.path("handle").asString());
      return LibvirtTenant.sliced(run.stack().machine(), name, number, handle, SLICE_BYTES);
    }

    @Override
    public void close() throws IOException, LabException {
      run.close();
    }
  }

  private static String twoProjects(LabContext lab) throws Exception {
    try (Cut cut = Cut.boot(lab, "slices-of-a-card")) {
      String claim = cut.claim("team-a", "sliced-a");
      LibvirtTenant tenant = cut.tenant(claim, "sliced-a", 61);
      tenant.define();
      tenant.start();
      tenant.mapMemory();
      tenant.write(SLICE_BYTES / 2, SECRET);
      String unit = claimed(cut, claim);
      cut.run().operator().await(unit, "IN_USE");
      CommandResult other = cut.tryClaim("team-b", "sliced-b");
      Expect.that(
          !other.succeeded() && other.err().contains("PARENT_TAKEN"),
          "another project got a slice of the same card: " + other);
      String kept = openIdle(cut);
      tenant.kill();
      cut.run().operator().await(unit, "READY");
      cut.run().operator().release(claim);
      int wipes = cut.run().operator().wipes(cut.parent());
      cut.run().operator().await(cut.parent(), "DIRTY");
      cut.run().operator().awaitGuarded(cut.parent());
      cut.clean(cut.parent(), "L1");
      cut.awaitSlices();
      Expect.equal(wipes + 1, cut.run().operator().wipes(cut.parent()), "wipes of the whole card");
      String next = cut.claim("team-b", "sliced-b");
      LibvirtTenant after = cut.tenant(next, "sliced-b", 62);
      after.define();
      after.start();
      after.mapMemory();
      LibvirtTenant.Sight sight = after.look(SECRET);
      Expect.equal(SLICE_BYTES, sight.bytes(), "bytes read by the next tenant");
      Expect.equal(0L, sight.nonZeroBytes(), "bytes that are not zero");
      after.destroy();
      cut.command("quota", "verify");
      return "team B meanwhile: PARENT_TAKEN; an idle slice opened by hand: "
          + kept
          + "; after the whole card's wipe team B read "
          + sight.bytes()
          + " bytes, all zero";
    }
  }

  /** Opens the slice that nobody has, as anybody with root's rights might. */
  private static String openIdle(Cut cut) throws Exception {
    for (JsonNode slice : cut.slices()) {
      if (slice.path("claim").asString("").isEmpty()) {
        String handle = slice.path("handle").asString();
        GuestResult opened =
            cut.run()
                .stack()
                .host()
                .tryByHand(
                    "exec 3<>/dev/vfio/$(basename $(readlink /sys/bus/mdev/devices/"
                        + handle
                        + "/iommu_group))");
        Expect.that(!opened.succeeded(), "a slice that is nobody's was opened");
        return opened.err().strip();
      }
    }
    throw new LabException("no slice is free");
  }

  private static String claimed(Cut cut, String claim) throws Exception {
    return cut.run()
        .stack()
        .allocator()
        .get("/v1/claims/" + claim)
        .path("units")
        .path(0)
        .path("unit")
        .asString();
  }

  private static String afterReboot(LabContext lab) throws Exception {
    try (Cut cut = Cut.boot(lab, "slices-after-reboot")) {
      String claim = cut.claim("team-a", "sliced-rebooted");
      String unit = claimed(cut, claim);
      LibvirtTenant tenant = cut.tenant(claim, "sliced-rebooted", 63);
      List<String> before = mediated(cut.run().stack().machine());
      cut.run().stack().allocator().kill();
      LabMachine machine = cut.run().stack().machine();
      machine.powerCut();
      machine.powerOn();
      cut.module().load(machine, "");
      Expect.equal(List.of(), mediated(machine), "slices after the power cut");
      cut.run().stack().host().startGuard();
      cut.run().stack().host().restoreBindings();
      Expect.equal(before, mediated(machine), "slices that the host made again alone");
      machine.startLibvirt();
      cut.run().stack().host().startAgent();
      tenant.define();
      tenant.start();
      cut.run().stack().allocator().start();
      cut.run().stack().allocator().awaitReady();
      cut.run().operator().await(unit, "IN_USE");
      Expect.equal(
          claim, cut.run().stack().unit(unit).path("claim").asString(""), "the slice's claim");
      for (JsonNode slice : cut.slices()) {
        if (!slice.path("unit").asString().equals(unit)) {
          cut.run().operator().await(slice.path("unit").asString(), "DIRTY");
        }
      }
      return before.size() + " slices again without an allocator, the claimed one's tenant started";
    }
  }

  private static List<String> mediated(LabMachine machine) throws Exception {
    return machine.run("ls /sys/bus/mdev/devices", DEADLINE).lines().sorted().toList();
  }
}
