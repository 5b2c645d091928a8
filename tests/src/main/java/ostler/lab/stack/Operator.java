package ostler.lab.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ostler.lab.LabException;
import tools.jackson.databind.JsonNode;

/** What an operator does again and again, by the real command; each returns when it is done. */
public final class Operator {

  /** The alias that {@link #offer} makes. */
  public static final String ALIAS = "card";

  private static final Duration STATE_DEADLINE = Duration.ofMinutes(5);

  private final Stack stack;
  private final OperatorCommand command;

  /** An operator of one stack. */
  public Operator(Stack stack) {
    this.stack = stack;
    this.command = stack.command();
  }

  /** Enrolls the host and lets it join; its root programs may touch these cards alone. */
  public void join(Card... cards) throws IOException, InterruptedException, LabException {
    List<String> addresses = new ArrayList<>();
    for (Card card : cards) {
      card.functions().forEach(function -> addresses.add(function.address()));
    }
    join(addresses);
  }

  /** The same for devices that are no cards of tenants, by their addresses. */
  public void join(List<String> addresses) throws IOException, InterruptedException, LabException {
    JsonNode enrolled = command.json("host", "enroll", GpuHost.NAME);
    stack.machine().startLibvirt();
    stack.join(enrolled.path("join_token").asString(""), addresses);
  }

  /** Takes a card in; it is bound and dirty then. Returns its unit's id. */
  public String admit(Card card) throws IOException, InterruptedException, LabException {
    return admit(card.address());
  }

  /** The same for the device at an address. */
  public String admit(String address) throws IOException, InterruptedException, LabException {
    String id = takeIn(address);
    awaitGuarded(id);
    return id;
  }

  /** Takes in a card that somebody holds, so that it cannot be bound. Returns its unit's id. */
  public String admitHeld(Card card) throws IOException, InterruptedException, LabException {
    return takeIn(card.address());
  }

  private String takeIn(String address) throws IOException, InterruptedException, LabException {
    return command
        .json("device", "admit", "--host", GpuHost.NAME, "--address", address, "--reason", "lab")
        .path("admitted")
        .path(0)
        .path("id")
        .asString("");
  }

  /** Records who holds a unit as its tenant, and returns however that ended. */
  public CommandResult tryAdopt(String unit, String project, String consumer)
      throws IOException, InterruptedException, LabException {
    return command.run(
        "claim",
        "adopt",
        unit,
        "--project",
        project,
        "--alias",
        ALIAS,
        "--consumer",
        consumer,
        "--reason",
        "it was there before",
        "-o",
        "json");
  }

  /** Returns when the host has bound a unit and its guard keeps it. */
  public void awaitGuarded(String unit) throws IOException, InterruptedException, LabException {
    Waiting.until(
        "unit " + unit + " is bound and guarded",
        STATE_DEADLINE,
        () -> stack.unit(unit).path("observed").path("guarded").asBoolean());
  }

  /** Returns when the host has looked at a unit; before that nobody can say who holds it. */
  public void awaitSeen(String unit) throws IOException, InterruptedException, LabException {
    Waiting.until(
        "unit " + unit + " was looked at",
        STATE_DEADLINE,
        () -> stack.unit(unit).path("observed").path("holders_known").asBoolean());
  }

  /** Wipes a unit to the level. */
  public void clean(String unit, String level)
      throws IOException, InterruptedException, LabException {
    command.run("unit", "clean", unit, "--level", level, "--wait").orThrow();
  }

  /** Makes the alias for cards like this one, and a project that may have {@code limit} of them. */
  public void offer(Card card, String project, int limit)
      throws IOException, InterruptedException, LabException {
    JsonNode device = device(card.address());
    command
        .run(
            "alias",
            "set",
            ALIAS,
            "--vendor",
            device.path("vendor").asString(""),
            "--product",
            device.path("device").asString(""))
        .orThrow();
    command.run("project", "set", project).orThrow();
    command.run("quota", "set", project, "alias:" + ALIAS + "=" + limit).orThrow();
  }

  /** A device of the host as the allocator knows it. */
  public JsonNode device(String address) throws IOException, LabException {
    for (JsonNode device : stack.allocator().get("/v1/devices").path("items")) {
      if (device.path("address").asString("").equals(address)) {
        return device;
      }
    }
    throw new LabException("the allocator knows no device " + address);
  }

  /** Asks for one unit and returns however that ended. */
  public CommandResult tryClaim(String project, String alias, String consumer)
      throws IOException, InterruptedException, LabException {
    return command.run(
        "claim",
        "create",
        "--project",
        project,
        "--alias",
        alias,
        "--consumer",
        consumer,
        "--wait",
        "-o",
        "json");
  }

  /** Gets one unit; the claim's id. */
  public String claim(String project, LibvirtTenant tenant)
      throws IOException, InterruptedException, LabException {
    return tryClaim(project, ALIAS, tenant.consumer()).orThrow().json().path("id").asString("");
  }

  /** Gives a claim back. */
  public void release(String claim) throws IOException, InterruptedException, LabException {
    command.run("claim", "release", claim, "--yes", "--wait").orThrow();
  }

  /** Returns when a unit is in the state. */
  public void await(String unit, String state)
      throws IOException, InterruptedException, LabException {
    Waiting.until("unit " + unit + " is " + state, STATE_DEADLINE, () -> state(unit).equals(state));
  }

  /** The state that a unit is in now. */
  public String state(String unit) throws IOException, LabException {
    return stack.unit(unit).path("state").asString("");
  }

  /** How many wipe records of a unit the allocator has. */
  public int wipes(String unit) throws IOException, LabException {
    return stack.allocator().get("/v1/wipes?unit=" + unit).path("items").size();
  }
}
