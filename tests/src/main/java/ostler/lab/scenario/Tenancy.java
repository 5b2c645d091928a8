package ostler.lab.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ostler.lab.GuestResult;
import ostler.lab.LabDevice;
import ostler.lab.LabException;
import ostler.lab.stack.Card;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Operator;
import ostler.lab.stack.Waiting;

/** That a claim is what decides: machines and cards come and go below it, and it stays. */
final class Tenancy {

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final byte[] OWN_DATA =
      "tenant A's own data".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private Tenancy() {}

  static List<Scenario> scenarios() {
    return List.of(
        Scenario.of(
            "stop-start-keeps-claim",
            "a machine that is stopped, started and reset keeps its claim, and no wipe comes between",
            Tenancy::stopStart),
        Scenario.of(
            "vanished",
            "a card that is pulled out is missing, keeps its claim, and comes back not clean",
            Tenancy::vanished),
        Scenario.of(
            "veto-other-project",
            "another project's machine cannot start with a claimed card",
            Tenancy::vetoOther),
        Scenario.of(
            "unknown-alias", "an alias that nobody made is refused by name", Tenancy::alias),
        Scenario.of("exhausted", "the last unit goes to one claim only", Tenancy::exhausted),
        Scenario.of("over-quota", "a claim over a project's limit is refused", Tenancy::overQuota));
  }

  private static String stopStart(LabContext lab) throws Exception {
    try (StackRun run = StackRun.offered(lab, "stop-start", Card.B2)) {
      LibvirtTenant tenant = run.tenant("tenant-a", 1);
      String claim = run.operator().claim(StackRun.PROJECT, tenant);
      int wipes = run.operator().wipes(run.unit());
      tenant.define();
      tenant.start();
      tenant.mapMemory();
      tenant.write(0, OWN_DATA);
      run.operator().await(run.unit(), "IN_USE");
      tenant.destroy();
      run.operator().await(run.unit(), "READY");
      tenant.start();
      run.operator().await(run.unit(), "IN_USE");
      run.stack().machine().run("virsh reset tenant-a", DEADLINE);
      tenant.mapMemory();
      Expect.equal(1L, tenant.look(OWN_DATA).copies(), "what the tenant wrote, after both");
      Expect.equal(claim, run.stack().unit(run.unit()).path("claim").asString(""), "the claim");
      Expect.equal(wipes, run.operator().wipes(run.unit()), "wipe records");
      return "stopped, started and reset: same claim, own data still there, no wipe between";
    }
  }

  private static String vanished(LabContext lab) throws Exception {
    try (StackRun run = StackRun.offered(lab, "vanished", Card.B2)) {
      LibvirtTenant tenant = run.tenant("tenant-a", 1);
      String claim = run.operator().claim(StackRun.PROJECT, tenant);
      run.stack().machine().deviceDel(LabDevice.B2.qemuId());
      Waiting.until("the unit is missing", DEADLINE, () -> presenceIs(run, "missing"));
      Expect.equal(claim, run.stack().unit(run.unit()).path("claim").asString(""), "the claim");
      run.stack()
          .machine()
          .deviceAdd(
              Map.of(
                  "driver",
                  "ivshmem-plain",
                  "id",
                  LabDevice.B2.qemuId(),
                  "memdev",
                  "memory-" + LabDevice.B2.qemuId(),
                  "bus",
                  "port3"));
      Waiting.until("the unit is back", DEADLINE, () -> presenceIs(run, "present"));
      Expect.equal(claim, run.stack().unit(run.unit()).path("claim").asString(""), "the claim");
      run.operator().release(claim);
      Expect.equal("DIRTY", run.operator().state(run.unit()), "the state after the release");
      return "pulled out and put back: claim " + claim + " stayed, and the unit is DIRTY after it";
    }
  }

  private static boolean presenceIs(StackRun run, String presence)
      throws IOException, LabException {
    return run.stack().unit(run.unit()).path("presence").asString("").equals(presence);
  }

  private static String vetoOther(LabContext lab) throws Exception {
    try (StackRun run = StackRun.offered(lab, "veto-other", Card.B2)) {
      run.operator().claim(StackRun.PROJECT, run.tenant("tenant-a", 1));
      LibvirtTenant other = run.tenant("tenant-b", 2);
      other.define();
      GuestResult start = other.tryStart();
      Expect.that(!start.succeeded(), "a machine of nobody's claim started: " + start);
      Expect.equal("READY", run.operator().state(run.unit()), "the unit's state");
      return "libvirt said: " + start.err().strip().replace("\n", " ");
    }
  }

  private static String alias(LabContext lab) throws Exception {
    try (StackRun run = StackRun.offered(lab, "unknown-alias", Card.B2)) {
      CommandResult refused =
          run.operator().tryClaim(StackRun.PROJECT, "no-such-card", "libvirt:domain:x");
      refused.refusedWith("UNKNOWN_ALIAS");
      Expect.equal("CLEAN", run.operator().state(run.unit()), "the unit's state");
      return "exit code " + refused.exitCode() + ": " + refused.err().strip();
    }
  }

  private static String exhausted(LabContext lab) throws Exception {
    try (StackRun run = StackRun.offered(lab, "exhausted", Card.B2)) {
      run.operator().offer(Card.B2, "team-b", 1);
      run.operator().claim(StackRun.PROJECT, run.tenant("tenant-a", 1));
      CommandResult refused =
          run.operator().tryClaim("team-b", Operator.ALIAS, "libvirt:domain:tenant-b");
      refused.refusedWith("NO_CAPACITY");
      return "exit code " + refused.exitCode() + ": " + refused.err().strip();
    }
  }

  private static String overQuota(LabContext lab) throws Exception {
    try (StackRun run = StackRun.offered(lab, "over-quota", Card.B2)) {
      run.operator().offer(Card.B2, "team-b", 0);
      CommandResult refused =
          run.operator().tryClaim("team-b", Operator.ALIAS, "libvirt:domain:tenant-b");
      refused.refusedWith("QUOTA_EXCEEDED");
      Expect.equal("CLEAN", run.operator().state(run.unit()), "the unit's state");
      return "exit code " + refused.exitCode() + ": " + refused.err().strip();
    }
  }
}
