import io.socket.client.Ack;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.socket.engineio.parser.Packet;
import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.json.JSONArray;
import org.json.JSONObject;

/** The checks of ../README.md with the official Java client: Main URL. */
public final class Main {
    private static final long PATIENCE_SECONDS = 15;
    // Longer than the server waits for a pong, and than the client waits for a ping; see ../run.
    private static final long QUIET_MILLISECONDS = 4_000;
    // This client's auth has texts only.
    private static final Map<String, String> AUTH = Map.of("token", "abc", "name", "Grüße");

    private interface Check {
        void run(Peer peer) throws Exception;
    }

    /** What one namespace hears. */
    private static final class Channel {
        final Socket socket;
        final BlockingQueue<Object[]> auths = new LinkedBlockingQueue<>();
        final BlockingQueue<Object[]> answers = new LinkedBlockingQueue<>();
        final BlockingQueue<Object[]> losses = new LinkedBlockingQueue<>();

        Channel(Manager manager, String namespace) {
            Manager.Options options = new Manager.Options();
            options.auth = AUTH;
            socket = manager.socket(namespace, options);
            socket.on("auth", auths::add);
            socket.on("message-back", answers::add);
            socket.on(Socket.EVENT_DISCONNECT, losses::add);
            socket.connect();
        }

        void authenticates() throws Exception {
            expect(take(auths), new JSONObject(AUTH));
        }

        void send(Object... values) {
            socket.emit("message", values);
        }

        void echoes(Object... values) throws Exception {
            send(values);
            expect(take(answers), values);
        }
    }

    /** One client with one connection. */
    private static final class Peer implements AutoCloseable {
        final String transport;
        final Manager manager;
        final Channel channel;
        final BlockingQueue<String> transportsOfMessages = new LinkedBlockingQueue<>();

        Peer(String url, String transport) throws Exception {
            this.transport = transport;
            Manager.Options options = new Manager.Options();
            options.transports =
                transport.equals("upgrade") ? new String[] {"polling", "websocket"} : new String[] {transport};
            options.reconnectionDelay = 200;
            options.reconnectionDelayMax = 1_000;
            manager = new Manager(URI.create(url), options);
            manager.on(Manager.EVENT_TRANSPORT, values -> watch((Transport) values[0]));
            channel = new Channel(manager, "/");
        }

        private void watch(Transport used) {
            used.on(Transport.EVENT_PACKET, values -> {
                if (((Packet<?>) values[0]).type.equals(Packet.MESSAGE)) transportsOfMessages.add(used.name);
            });
        }

        void hearsOver(String name) throws Exception {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!transportsOfMessages.contains(name)) {
                if (System.nanoTime() > end) throw new IllegalStateException("nothing came over " + name);
                channel.echoes("which way");
            }
        }

        @Override
        public void close() {
            channel.socket.disconnect();
        }
    }

    private static Object[] take(BlockingQueue<Object[]> queue) throws Exception {
        Object[] values = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (values == null) throw new IllegalStateException("nothing came");
        return values;
    }

    private static void expect(Object[] seen, Object... wanted) {
        if (same(new JSONArray(List.of(seen)), new JSONArray(List.of(wanted)))) return;
        throw new IllegalStateException("expected " + Arrays.toString(wanted) + ", got " + Arrays.toString(seen));
    }

    private static boolean same(Object one, Object other) {
        if (one instanceof byte[] bytes) return other instanceof byte[] others && Arrays.equals(bytes, others);
        if (one instanceof Number number) {
            return other instanceof Number another && number.doubleValue() == another.doubleValue();
        }
        if (one instanceof JSONArray list) {
            if (!(other instanceof JSONArray others) || list.length() != others.length()) return false;
            for (int index = 0; index < list.length(); ++index) {
                if (!same(list.opt(index), others.opt(index))) return false;
            }
            return true;
        }
        if (one instanceof JSONObject fields) {
            if (!(other instanceof JSONObject others) || fields.length() != others.length()) return false;
            for (Iterator<?> keys = fields.keys(); keys.hasNext();) {
                String key = (String) keys.next();
                if (!same(fields.opt(key), others.opt(key))) return false;
            }
            return true;
        }
        return one.equals(other);
    }

    private static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int index = 0; index < bytes.length; ++index) bytes[index] = (byte) index;
        return bytes;
    }

    private static void connects(Peer peer) throws Exception {
        peer.channel.authenticates();
        boolean upgrades = peer.transport.equals("upgrade");
        peer.hearsOver(upgrades ? "polling" : peer.transport);
        if (upgrades) peer.hearsOver("websocket");
    }

    private static void authenticates(Peer peer) throws Exception {
        peer.channel.authenticates();
    }

    private static void sendsText(Peer peer) throws Exception {
        peer.channel.echoes("hello");
        peer.channel.echoes("two", "values");
    }

    private static void sendsUnicode(Peer peer) throws Exception {
        peer.channel.echoes("Grüße, 世界, \uD83D\uDC4B\uD83C\uDFFD, \u2028, \0, \"\\");
    }

    private static void sendsJson(Peer peer) throws Exception {
        JSONObject nested = new JSONObject("{\"a\": [1, -2.5, true, null, {\"b\": {\"c\": []}}], \"\": \"empty\"}");
        peer.channel.echoes(nested, 7, new JSONArray());
    }

    private static void sendsBinary(Peer peer) throws Exception {
        peer.channel.echoes(everyByte());
        JSONObject nested = new JSONObject();
        nested.put("one", everyByte());
        nested.put("list", new JSONArray(List.of(new byte[] {0}, "text", new byte[0])));
        peer.channel.echoes(nested, new byte[100_000]);
    }

    private static void isAcknowledged(Peer peer) throws Exception {
        BlockingQueue<Object[]> answers = new LinkedBlockingQueue<>();
        Object[] values = {"text", new JSONObject("{\"n\": 1}"), new byte[] {1, 2}};
        peer.channel.socket.emit("message-with-ack", values, (Ack) answers::add);
        expect(take(answers), values);
    }

    private static void usesNamespaces(Peer peer) throws Exception {
        Channel custom = new Channel(peer.manager, "/custom");
        custom.authenticates();
        custom.echoes("hello", new byte[] {3});
        if (!peer.channel.answers.isEmpty()) throw new IllegalStateException("the other namespace heard it, too");
        custom.socket.disconnect();
    }

    private static void keepsOrder(Peer peer) throws Exception {
        for (int number = 0; number < 200; ++number) peer.channel.send(number);
        for (int number = 0; number < 200; ++number) expect(take(peer.channel.answers), number);
    }

    // Each message is four packets.
    private static void takesABurst(Peer peer) throws Exception {
        byte[] bytes = everyByte();
        for (int number = 0; number < 48; ++number) peer.channel.send(number, bytes, bytes, bytes);
        for (int number = 0; number < 48; ++number) expect(take(peer.channel.answers), number, bytes, bytes, bytes);
    }

    private static void keepsTheHeartbeat(Peer peer) throws Exception {
        peer.channel.authenticates();
        Thread.sleep(QUIET_MILLISECONDS);
        if (!peer.channel.losses.isEmpty()) throw new IllegalStateException("the connection was lost");
        peer.channel.echoes("still here");
    }

    private static void comesBack(Peer peer) throws Exception {
        peer.channel.authenticates();
        System.out.println("restart");
        take(peer.channel.losses);
        peer.transportsOfMessages.clear();
        connects(peer);
        peer.channel.echoes("after the restart");
    }

    private static Map<String, Check> checks() {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("connect", Main::connects);
        checks.put("auth", Main::authenticates);
        checks.put("text", Main::sendsText);
        checks.put("unicode", Main::sendsUnicode);
        checks.put("json", Main::sendsJson);
        checks.put("binary", Main::sendsBinary);
        checks.put("ack", Main::isAcknowledged);
        checks.put("namespace", Main::usesNamespaces);
        checks.put("order", Main::keepsOrder);
        checks.put("burst", Main::takesABurst);
        checks.put("heartbeat", Main::keepsTheHeartbeat);
        checks.put("restart", Main::comesBack);
        return checks;
    }

    private static String verdict(Check check, String url, String transport) {
        try (Peer peer = new Peer(url, transport)) {
            check.run(peer);
            return "pass";
        } catch (Exception failure) {
            return "fail\t" + failure;
        }
    }

    public static void main(String[] arguments) {
        System.out.println("client\tsocket.io-client (Java) 2.1.2, Java " + Runtime.version().feature());
        for (String transport : List.of("polling", "websocket", "upgrade")) {
            checks().forEach((name, check) -> {
                String verdict = verdict(check, arguments[0], transport);
                System.out.println("check\t" + transport + "\t" + name + "\t" + verdict);
            });
        }
        // The client's threads would keep the program for a minute.
        System.exit(0);
    }
}
