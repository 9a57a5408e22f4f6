import assert from "node:assert/strict"
import { test } from "node:test"
import { RequestError } from "../../static/js/connection/request_error.js"
import { SignIn } from "../../static/js/connection/sign_in.js"

/** Somebody at the door, and what they asked and became. */
function signInUnderTest({ token = null, error } = {}) {
  const done = []
  const answer = (method) => async (path, body) => {
    done.push([method, path, body])
    if (error) throw error
  }
  const api = { get: answer("GET"), post: answer("POST"), delete: answer("DELETE") }
  const identity = { token, becomeAccount: () => done.push("account") }
  const onEntered = async () => void done.push("entered")
  return { signIn: new SignIn({ api, identity, onEntered }), done }
}

test("who signs in enters the chat as an account", async () => {
  const { signIn, done } = signInUnderTest()
  await signIn.signIn({ name: " ada ", password: "secret words" })
  assert.deepEqual(done, [["POST", "/session", { name: "ada", password: "secret words" }], "account", "entered"])
})

test("a guest who signs up brings the token of what they wrote", async () => {
  const { signIn, done } = signInUnderTest({ token: "g1.ada" })
  await signIn.signUp({ name: "ada", password: "secret words" }, "invitation")
  const expected = { name: "ada", password: "secret words", invite: "invitation", guest_token: "g1.ada" }
  assert.deepEqual(done[0], ["POST", "/accounts", expected])
})

test("who is refused stays where they are", async () => {
  const { signIn, done } = signInUnderTest({ error: RequestError.refused({ code: "credentials_wrong", message: "no" }) })
  await assert.rejects(signIn.signIn({ name: "ada", password: "wrong" }), { code: "credentials_wrong" })
  assert.equal(done.length, 1)
})

test("signing out without a connection is refused: the cookie would stay", async () => {
  const { signIn, done } = signInUnderTest({ error: RequestError.disconnected() })
  await assert.rejects(signIn.signOut(), { isDisconnected: true })
  assert.deepEqual(done, [["DELETE", "/session", undefined]])
})

test("whom the server does not know any more is signed out", async () => {
  const { signIn, done } = signInUnderTest({ error: RequestError.refused({ code: "not_signed_in", message: "no" }) })
  await signIn.signOut()
  assert.deepEqual(done, [["DELETE", "/session", undefined]])
})

test("a server that does not tell of itself is no fault", async () => {
  const { signIn } = signInUnderTest({ error: RequestError.refused({ code: "status_404", message: "no" }) })
  assert.equal(await signIn.lookAround(), null)
})
