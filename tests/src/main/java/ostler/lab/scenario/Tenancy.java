package ostler.lab.scenario;

import java.util.List;
import ostler.lab.GuestResult;
import ostler.lab.stack.Card;
import ostler.lab.stack.CommandResult;
import ostler.lab.stack.LibvirtTenant;
import ostler.lab.stack.Operator;

/** That a claim is what decides: machines and cards come and go below it, and it stays. */
final class Tenancy {

  private static final byte[] OWN_DATA =
      "tenant A's own data".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private Tenancy() {}

  static List<Scenario> scenarios() {
    return List.of(
        StackRun.scenario(
            "stop-start-keeps-claim",
            "a machine that is stopped, started and reset keeps its claim, and no wipe comes between",
            Tenancy::stopStart),
        StackRun.scenario(
            "vanished",
            "a card that is pulled out is missing, keeps its claim, and comes back not clean",
            Tenancy::vanished),
        StackRun.scenario(
            "veto-other-project",
            "another project's machine cannot start with a claimed card",
            Tenancy::vetoOther),
        StackRun.scenario(
            "unknown-alias", "an alias that nobody made is refused by name", Tenancy::alias),
        StackRun.scenario("exhausted", "the last unit goes to one claim only", Tenancy::exhausted),
        StackRun.scenario(
            "over-quota", "a claim over a project's limit is refused", Tenancy::overQuota));
  }

  private static String stopStart(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    LibvirtTenant tenant = run.tenant("stopped-and-started");
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
    tenant.reset();
    tenant.mapMemory();
    Expect.equal(1L, tenant.look(OWN_DATA).copies(), "what the tenant wrote, after both");
    Expect.equal(claim, run.claim(), "the claim");
    Expect.equal(wipes, run.operator().wipes(run.unit()), "wipe records");
    tenant.destroy();
    run.operator().release(claim);
    return "stopped, started and reset: same claim, own data still there, no wipe between";
  }

  private static String vanished(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    run.unplug();
    run.awaitPresence("missing");
    run.plug();
    run.awaitPresence("present");
    Expect.equal("DIRTY", run.operator().state(run.unit()), "the state of an unclaimed card");
    run.operator().awaitGuarded(run.unit());
    run.makeReady();
    String claim = run.operator().claim(StackRun.PROJECT, run.tenant("pulled-out"));
    run.unplug();
    run.awaitPresence("missing");
    Expect.equal(claim, run.claim(), "the claim while the card is missing");
    run.plug();
    run.awaitPresence("present");
    Expect.equal(claim, run.claim(), "the claim when the card is back");
    run.operator().release(claim);
    Expect.equal("DIRTY", run.operator().state(run.unit()), "the state after the release");
    return "unclaimed: DIRTY when it was back; claimed: the claim stayed, and DIRTY after it";
  }

  private static String vetoOther(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    String claim = run.operator().claim(StackRun.PROJECT, run.tenant("owner"));
    LibvirtTenant other = run.tenant("other");
    other.define();
    GuestResult start = other.tryStart();
    Expect.that(!start.succeeded(), "a machine of nobody's claim started: " + start);
    Expect.equal("READY", run.operator().state(run.unit()), "the unit's state");
    run.operator().release(claim);
    return "libvirt said: " + start.err().strip().replace("\n", " ");
  }

  private static String alias(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    CommandResult refused =
        run.operator().tryClaim(StackRun.PROJECT, "no-such-card", "libvirt:domain:x");
    refused.refusedWith("UNKNOWN_ALIAS");
    Expect.equal("CLEAN", run.operator().state(run.unit()), "the unit's state");
    return said(refused);
  }

  private static String exhausted(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    run.operator().offer(Card.B2, "team-b", 1);
    String claim = run.operator().claim(StackRun.PROJECT, run.tenant("first"));
    CommandResult refused =
        run.operator().tryClaim("team-b", Operator.ALIAS, "libvirt:domain:second");
    refused.refusedWith("NO_CAPACITY");
    run.operator().release(claim);
    return said(refused);
  }

  private static String overQuota(LabContext lab) throws Exception {
    StackRun run = lab.stack();
    run.operator().offer(Card.B2, "team-c", 0);
    CommandResult refused =
        run.operator().tryClaim("team-c", Operator.ALIAS, "libvirt:domain:third");
    refused.refusedWith("QUOTA_EXCEEDED");
    Expect.equal("CLEAN", run.operator().state(run.unit()), "the unit's state");
    return said(refused);
  }

  private static String said(CommandResult refused) {
    return "exit code " + refused.exitCode() + ": " + refused.err().strip().replace("\n", " ");
  }
}
